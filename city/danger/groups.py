"""Groups of words that a phrase names instead of listing them, as in "@child in+@vehicle"."""

from city.danger.letters import ANYONE, PEOPLE

# Each in English and Spanish, in all its forms: a group's words are found as they stand here.
_WORDS = {
    "@child": """
        child children kid kids toddler toddlers boy boys girl girls baby babies infant infants
        newborn son sons daughter daughters stepson stepdaughter nephew niece grandson granddaughter
        grandkid grandchild twins preschooler kindergartner minor teen teenager nino ninos nina
        ninas bebe bebes hijo hijos hija hijas menor menores criatura chamaco chamaca chamacos
        escuincle nieto nieta sobrino sobrina sobrinito sobrinita gemelos nene nena recien chiquito
        chiquita chiquitos chiquitas peque pequeno pequena pequenos bebito bebita muchachito
        muchachita hermanito hermanita ninito ninita morrito morrita chavito chavita
    """,
    "@elder": """
        grandma grandmother granny nana grandpa grandfather gramps elderly senior dementia alzheimer
        alzheimers dad mom father mother abuela abuelo abuelita abuelito viejito viejita anciano
        anciana mama papa demencia uncle aunt tio tia mommy daddy mum viejo vieja suegra suegro papi
        mami elder nursing senora viejitos abuelos
    """,
    "@pet": """
        dog dogs puppy puppies cat cats kitten kittens pet pets animal animals perro perros perra
        perrito perritos perrita cachorro gato gatos gatito mascota mascotas
    """,
    "@vehicle": """
        car cars truck trucks van vans suv suvs vehicle vehicles minivan jeep sedan taxi uber lyft
        bus camper rv trailer trunk carro carros auto autos coche coches camion camiones camioneta
        camionetas troca vehiculo cajuela motorhome pickup semi tanker train tren limo ambulance
        tractor
    """,
    "@home": """
        house home homes apartment apartments apt condo room bedroom bathroom kitchen basement attic
        garage backyard yard porch patio balcony closet unit store shop casa departamento depa
        apartamento cuarto recamara cocina bano cochera garaje patio negocio tienda
    """,
    "@height": """
        roof rooftop bridge ledge balcony overpass pier cliff bluff bluffs railing rail building
        structure garage tower window parapet puente techo azotea muelle balcon edificio barandal
        acantilado ventana estacionamiento torre
    """,
    "@water": """
        water pool ocean sea lake river creek canal channel marina harbor surf waves pond spa
        jacuzzi agua alberca piscina mar lago rio arroyo canal marina oceano estanque
    """,
    "@weapon": """
        gun guns handgun pistol rifle shotgun revolver firearm weapon weapons glock uzi knife knives
        blade machete axe hatchet sword cleaver switchblade boxcutter dagger shank crossbow taser
        pistola pistolas arma armas rifle escopeta revolver fusca cuerno cuchillo cuchillos navaja
        machete hacha punal filero picahielo cuete fierro charrasca metralleta
    """,
    "@bludgeon": """
        hammer crowbar pipe bat chain stick brick wrench shovel rod club golf cane screwdriver
        martillo palo tubo bate cadena piedra ladrillo pala varilla desarmador garrote
    """,
    "@hurt": """
        hurt injured injury injuries wounded bleeding bleed bleeds unconscious trapped pinned
        screaming crying dying dead limp crushed herido herida heridos heridas lastimado lastimada
        lastimados sangrando sangra inconsciente gritando llorando atrapado atrapada muriendo
        muerto muerta aplastado aplastada
    """,
    "@drug": """
        pill pills xanax percocet percs oxy oxycodone vicodin tylenol ibuprofen advil aspirin benzos
        heroin fentanyl meth drugs medicine medication meds sleeping prescription antidepressants
        insulin pastilla pastillas medicina medicinas droga drogas heroina fentanilo gummies edibles
        medicamento medicamentos tranquilizantes
    """,
    "@poison": """
        bleach poison detergent antifreeze ammonia lye cleaner chemicals pesticide raticide gasoline
        batteries battery magnet magnets coin cloro veneno detergente raticida insecticida amoniaco
        gasolina quimicos pila pilas moneda iman pellets drano lejia limpiador acido
    """,
    "@body": """
        head face neck chest throat back hip leg legs arm arms hand hands finger fingers foot ankle
        wrist knee shoulder skull ribs nose eye cabeza cara cuello pecho garganta espalda cadera
        pierna piernas brazo brazos mano manos dedo dedos pie tobillo rodilla hombro ojo
    """,
    "@structure": """
        wall building house roof balcony ceiling scaffold scaffolding crane cliff bluff bridge deck
        chimney facade stairs staircase awning billboard carport pier pilings structure overpass
        stage bleachers parapet pared muro barda edificio casa techo balcon andamio grua puente
        chimenea fachada escalera escaleras terraza marquee patio walkway pasarela marquesina
        tribuna gradas
    """,
    "@print": """
        poster posters sign signs flyer flyers banner banners billboard sticker stickers ad ads
        mural murals movie film statue costume decal emoji tattoo song band album show podcast game
        book graffiti drawing painting stencil cartel letrero poster volante calcomania mural
        pelicula serie grafiti dibujo pintura disfraz
    """,
    "@time": """
        week month year summer winter spring fall monday tuesday wednesday thursday friday saturday
        sunday january february march april may june july august september october november december
    """,
    "@hits": """
        punch punches punched punching kick kicks kicked slap slaps slapped slapping smack smacks
        smacked smacking choke chokes choked strangle strangles strangled strangling stomp stomps
        stomped shove shoves shoved drag drags dragged dragging whip whips whipped whipping assault
        assaults assaulted assaulting stab stabs stabbed stabbing beats beating headbutted pummeling
        pummeled groping groped gropes molest molests molested molesting abuse abuses abused abusing
        torture tortures tortured torturing harasses harassing smothering smothers golpea golpean
        golpeando golpeo golpearon pegan pegando pegaron patea patean pateando patearon pateo
        cachetea cacheteo cachetean cacheteando madrea madrean madreando ahorca ahorcan ahorcando
        ahorco estrangula estrangulan estrangulando apunala apunalo apunalaron acuchillo
        acuchillaron arrastra arrastran arrastrando empuja empujan empujando jalonea jalonean
        jaloneando maltrata maltratan maltratando maltrato agrede agreden agrediendo agredio
        agredieron ataca atacan atacando ataco atacaron azota azotando picaron manosea manosean
        manoseando
    """,
    "@beast": """
        dog dogs pit pitbull pitbulls bulldog shepherd rottweiler rottweilers coyote coyotes bear
        bears cougar lion bobcat raccoon rattlesnake snake shark bees wasps hornets swarm pack perro
        perros oso osos puma abejas avispas enjambre vibora serpiente jauria
    """,
    "@attacks": """
        attack attacks attacked attacking bit bites bitten biting cornered cornering surrounded
        surrounding chase chases chased chasing charging charged lunging lunged mauling mauled
        snapping stung stinging grabbed dragged ataca atacan ataco atacaron atacando mordio
        mordieron muerde muerden mordiendo persigue persiguen persiguiendo acorralo acorralaron
        acorralado acorralados acorralando rodearon correteo corretean correteando pico picaron
        picando
    """,
    "@hazard": """
        gun guns rifle pistol knife knives bomb bombs grenade shooting shootings shootout shooter
        sniper stabbing murder murders homicide robbery robberies heist assault kidnapping hostage
        riot brawl explosion wildfire overdose drowning accident crash collision earthquake flood
        tornado hurricane disaster rescue attack attacks zombie zombies suicide rape war battle
        murderer killer assassin terror pistola pistolas cuchillo cuchillos balazos balas disparos
        tiroteo bomba granada asesinato asesinatos homicidio robo asalto secuestro rehenes motin
        pelea sobredosis accidente temblor inundacion desastre rescate ataque zombis guerra batalla
        asesino suicidio violacion narco
    """,
    "@nuisance": """
        pothole potholes traffic commute noise heat app website site form rent price prices bill
        bills fee fees ticket tickets fine fines tax taxes meter meters parking rules rule
        construction intersection crosswalk allergies pollen dust mosquitoes stairs hill
        bureaucracy paperwork wait line music schedule rates bache baches hoyo trafico ruido calor
        aplicacion pagina tramite renta precio precios recibo agua cuenta multa multas impuesto
        impuestos parquimetro estacionamiento reglas obra obras cruce olor alergia polvo mosquitos
        escaleras subida musica espera fila horario
    """,
    "@critter": """
        squirrel squirrels raccoon raccoons possum opossum skunk rat rats mouse mice bird birds
        pigeon pigeons crow crows seagull seagulls gull pelican cat coyote deer snake lizard fish
        seal rabbit bunny duck ardilla ardillas mapache tlacuache zarigueya zorrillo rata ratas
        raton ratones pajaro pajaros paloma palomas gaviota pelicano gato venado lagartija pez
        conejo pato
    """,
    "@month": """
        january february march april may june july august september october november december enero
        febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    """,
    "@year": """
        1990 1991 1992 1993 1994 1995 1996 1997 1998 1999 2000 2001 2002 2003 2004 2005 2006 2007
        2008 2009 2010 2011 2012 2013 2014 2015 2016 2017 2018 2019 2020 2021 2022 2023 2024 2025
    """,
}
GROUPS = {ANYONE: PEOPLE} | {name: frozenset(words.split()) for name, words in _WORDS.items()}
