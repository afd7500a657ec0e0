"""Groups of words that a phrase names instead of listing them, as in "@child in+@vehicle"."""

from city.danger.letters import PEOPLE, SOMEONE

# Each in English and Spanish, in all its forms: a group's words are found as they stand here.
_WORDS = {
    "@child": """
        child children kid kids toddler toddlers boy boys girl girls baby babies infant infants
        newborn son sons daughter daughters stepson stepdaughter nephew niece grandson
        granddaughter grandkid grandchild twins preschooler kindergartner minor teen teenager
        nino ninos nina ninas bebe bebes hijo hijos hija hijas menor menores criatura chamaco
        chamaca chamacos escuincle nieto nieta sobrino sobrina sobrinito sobrinita gemelos nene nena
        recien
    """,
    "@elder": """
        grandma grandmother granny nana grandpa grandfather gramps elderly senior dementia
        alzheimer alzheimers dad mom father mother abuela abuelo abuelita abuelito viejito viejita
        anciano anciana mama papa demencia
    """,
    "@pet": """
        dog dogs puppy puppies cat cats kitten kittens pet pets animal animals perro perros perra
        perrito perritos perrita cachorro gato gatos gatito mascota mascotas
    """,
    "@vehicle": """
        car cars truck trucks van vans suv suvs vehicle vehicles minivan jeep sedan taxi uber lyft
        bus camper rv trailer trunk carro carros auto autos coche coches camion camiones camioneta
        camionetas troca vehiculo cajuela
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
        heroin fentanyl meth drugs medicine medication meds sleeping
        prescription antidepressants insulin pastilla pastillas medicina
        medicinas droga drogas heroina fentanilo
    """,
    "@poison": """
        bleach poison detergent antifreeze ammonia lye cleaner chemicals pesticide raticide gasoline
        batteries battery magnet magnets coin cloro veneno detergente raticida insecticida
        amoniaco gasolina quimicos pila pilas moneda iman
    """,
    "@body": """
        head face neck chest throat back hip leg legs arm arms hand hands finger fingers foot ankle
        wrist knee shoulder skull ribs nose eye cabeza cara cuello pecho garganta espalda cadera
        pierna piernas brazo brazos mano manos dedo dedos pie tobillo rodilla hombro ojo
    """,
    "@structure": """
        wall building house roof balcony ceiling scaffold scaffolding crane cliff bluff bridge deck
        chimney facade stairs staircase awning billboard carport pier pilings
        structure overpass stage bleachers parapet pared muro barda edificio casa
        techo balcon andamio grua puente chimenea fachada escalera escaleras terraza
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
}
GROUPS = {SOMEONE: PEOPLE} | {name: frozenset(words.split()) for name, words in _WORDS.items()}
