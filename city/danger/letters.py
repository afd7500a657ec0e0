"""Letters that look like Latin ones, filler words, and words for people."""

# Small Cyrillic and Greek letters that the eye takes for Latin ones (a part of the Unicode
# Consortium's confusables.txt), and below each what it is taken for.
_LOOKALIKE_LETTERS = "авсԁеһніјкӏмпорԛгѕтцѵԝхуıαβεηικμνορτυχγω"
_LATIN_LETTERS = "abcdehhijklmnopqrstuvwxyiabenikuvoptuxyw"
LOOKALIKES = dict(zip(_LOOKALIKE_LETTERS, _LATIN_LETTERS, strict=True))

# Words that the matcher ignores, in texts and in phrases.
_ENGLISH = """
a an and are as at be been being but has have i in is it its of on or our so that the their there
theres this was we were which who you your my his they im ive
"""
_SPANISH = """
al de del el en es esta este esto ha hay la las le lo los mi mis muy que se su sus un una unas unos
y ya yo pero
"""
FILLERS = frozenset([*_ENGLISH.split(), *_SPANISH.split()])

# Words that begin a new clause: an exception before them excludes nothing after them.
TURN_WORDS = frozenset({"and", "but", "y", "pero"})

# Any person, in a phrase of the table that says "someone" or "alguien".
ANYONE = "someone"
_PEOPLE = """
someone somebody alguien he hes she shes him her person people man men woman women guy guys dude
dudes lady ladies gentleman kid kids child children boy boys girl girls teen teens teenager
teenagers toddler toddlers baby babies infant student students worker workers driver drivers
passenger passengers pedestrian pedestrians cyclist cyclists biker bikers bicyclist rider riders
motorcyclist motorcyclists skater swimmer swimmers surfer surfers neighbor neighbors friend friends
husband wife son daughter brother sister mom mother dad father grandma grandmother grandpa
grandfather elderly senior homeless runner runners jogger joggers employee employees clerk officer
tourist tourists visitor visitors patron customer customers coworker roommate boyfriend girlfriend
uncle aunt cousin grandson granddaughter male female adult adults victim victims ella persona
personas gente hombre hombres mujer mujeres senor senores senora senoras tipo tipos sujeto muchacho
muchachos muchacha muchachas joven jovenes chavo chica chico nino ninos nina ninas bebe bebes hijo
hija trabajador trabajadores chofer conductor pasajeros peaton peatones ciclista ciclistas
motociclista vecino vecinos vecina esposo esposa amigo amigos amiga hermano hermana mama papa madre
padre abuela abuelo abuelita abuelito tio tia primo prima novio novia empleado turista cliente
nadador surfista anciano anciana viejito viejita ex stranger strangers creep thief thieves burglar
robber addict crackhead junkie tweaker transient drunk bartender nurse teacher vendor tenant
landlord lifeguard roofer painter contractor contractors bro folks elder granny grandparent stepdad
stepmom stepson stepdaughter niece nephew twin twins partner fiance housemate babysitter nanny
caregiver marido mujercita suegro suegra cunado cunada sobrino sobrina nieto nieta morro morra
morros vato bato wey guey cuate obrero obreros albanil viejo vieja viejitos indigente vagabundo
borracho borracha loco desconocido ladron ladrones chamaco chamaca companero companera jefe jefa
pareja inquilino cajero cajera mesero mesera senorita jovencito jovencita mailman mailwoman cashier
guard hiker hikers climber climbers diver divers fisherman camper campers boater paddler classmate
deputy manager waiter waitress barista cook gardener janitor plumber electrician carpenter mechanic
foreman panhandler robbers muggers mugger gunman attacker trespasser squatter lad buddy pal sis mum
mommy daddy nana coach professor patient veteran parents family grandkid cousins aunts uncles
brothers sisters girlfriends skateboarder scooterist trucker motorist cartero guardia meseros
jardinero cocinero pintor plomero electricista mecanico alpinista excursionista senderista pescador
marinero buzo maestro maestra alumno alumna alumnos estudiante estudiantes compadre comadre yerno
nuera paciente enfermo enferma bebito bebita chiquito chiquita chavito chavita chavos chavas chava
plebe morrito morrita papi mami jefita viejos tios primos primas abuelos hermanito hermanita
hermanos cuidadora cuidador ninera indigentes desconocidos encapuchado asaltante asaltantes agresor
sujetos individuo fulano barrendero muchachito muchachita corredor repartidor vendedor vendedora
padrastro madrastra
"""
PEOPLE = frozenset(_PEOPLE.split())
