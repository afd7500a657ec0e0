"""Texts without danger, on which phrases are tried, and correctly spelled words."""

from pathlib import Path

from city.danger.text_parser import parse_words

# Correct words of both languages, of 311 reports and of our own pages, that differ by one or two
# letters from words of danger.
_CORRECT_WORDS_FILE = Path(__file__).with_name("spelled.txt")

SENTENCES = """
The street light in front of my house is out
There is a big pothole on Main Street
Someone dumped a mattress in the alley
Graffiti on the wall behind the market
The trash was not picked up this week
A tree branch is hanging low over the sidewalk
The sidewalk is raised and people trip on it
Overflowing trash can at the bus stop
A car has been parked here for two weeks
Broken sprinkler is wasting water in the park
The traffic signal takes too long to change
Loud music every night from the bar
Construction noise before seven in the morning
Leaf blower noise early in the morning
Scooters are blocking the sidewalk
The stop sign is faded and hard to see
A dead bird is on the sidewalk
There are rats in the alley behind the restaurants
The playground slide is cracked
Weeds are growing through the sidewalk
The storm drain is clogged with leaves
Water is leaking from a meter box
The crosswalk lines have worn away
A shopping cart was left on the corner
Someone painted over the street sign
The parking meter does not take cards
My recycling bin is cracked and needs a new lid
A vendor is blocking the bike lane
The bathroom at the beach is dirty
The elevator in the parking structure is out of order
The bench at the bus stop is broken
People are smoking near the playground
Dog waste on the grass in the park
A neighbor is running a business from the garage
Tall grass on the empty lot
The street has not been swept in a month
Old paint cans were left by the curb
There is an old couch on the curb
The fence around the ball field has a hole
Tree roots are lifting the sidewalk
The fountain at the park is not working
The light on the corner flickers all night
The curb ramp is too steep for a wheelchair
Too many cars speed down our street
Please paint the curb red by the driveway
The fire hydrant needs paint
A water main seems to be dripping
Bees have a nest in the tree
The gate of the dog park does not close
The pier railing is loose
Stickers on every pole on our block
Illegal fireworks on our block last night
A boat trailer is parked on the street
Our block needs more trash cans on weekends
The beach path is covered with sand
The bus shelter glass is dirty
I have a question about my parking permit
The library book drop is full
Please trim the hedge that hides the sign
The tree in front of our building looks sick
Somebody keeps leaving boxes next to the dumpster
La luz de la calle no prende
Hay un bache grande en la avenida
Alguien dejó un colchón en el callejón
Hay grafiti en la pared del mercado
No recogieron la basura esta semana
Una rama cuelga sobre la banqueta
La banqueta está levantada y la gente se tropieza
El bote de basura de la parada está lleno
Un carro lleva dos semanas estacionado
Los aspersores del parque tiran agua
El semáforo tarda mucho en cambiar
Música fuerte todas las noches
Ruido de construcción muy temprano
Los patines eléctricos bloquean la banqueta
La señal de alto está despintada
Hay ratas en el callejón
El juego del parque está roto
La alcantarilla está tapada con hojas
Se borraron las rayas del cruce
Dejaron un carrito del mercado en la esquina
El parquímetro no acepta tarjetas
El baño de la playa está sucio
El elevador del estacionamiento no sirve
La banca de la parada está rota
El pasto está muy alto en el lote vacío
No han barrido la calle en un mes
Hay un sillón viejo en la banqueta
La cerca de la cancha tiene un hoyo
Las raíces del árbol levantan la banqueta
Los carros pasan muy rápido por nuestra calle
Por favor pinten la acera junto a mi entrada
El perro del vecino ladra toda la noche
Hay excremento de perro en el parque
La puerta del parque de perros no cierra
Un vendedor ocupa toda la banqueta
Hay cajas tiradas junto al contenedor
La fuente del parque no funciona
El foco de la esquina parpadea
Falta la tapa de una caja en la banqueta
Quiero preguntar por mi permiso de estacionamiento
""".strip().splitlines()

WORDS = frozenset(_CORRECT_WORDS_FILE.read_text(encoding="utf-8").split()) | {
    word.text for sentence in SENTENCES for word in parse_words(sentence)
}
