"""How people write when nobody is in danger: to try phrases on, and words spelled as meant."""

from city.danger.matcher import words_of

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

# Everyday English and Spanish that is one or two letters away from words of danger.
_EVERYDAY = """
abogado acciones aceite acera aceras acto actos added adding again ahora alarma alarmas alla alma
along alto altos always ambulante ambulantes ancient area areas arena arenas armario arms army arte
asfalto asiento attached attaching autor autores ayudar back barking base baseball based bases beach
beat beaten bedding begin being blending block blocks blow blowing bomber bombero bomberos bone
booking boring both brain braking bread breaking brewing bring bringing brush bumped bunch bunker
burnish burnt burying butter cabe cabo cada caja calle callejon calm calor cama camino canciones
cara card cards care cargo cargos carried carril carry carrying case cases cash caso casos cast
causa cell cells cent cerebro certain charging chat checking chile chopping ciego cintas claro clash
closing coal coast cold colour come comer comercial comes comision contain contar contrast
convention cooking core cosa cosas cost costs crush crushed crusted cuadra cuadras cuchara cuchillas
cuenta cuentas cuneta cuyo dado dancing datos dawn deal dealing deals dear debe debes debo debut
decades deep deja deje departamento depth deuda dijo director directors disparador disparadores
doing dolares done drawing drawings drawn dripping driven dropping dudas dump dumped dumping dwell
eating edad electricity electronic employed engineer eres escala escalon escalones escombros espacio
esta estar estas esten excited exciting exist existing exists exito explored exploring export
exposing expresion express faded fading fall falling falls farm fast feed feeder feeding feel
feeling feels fees felt fenced fender figura file filed files filing fill filled filter filters fine
fines firm first fish five fixed fixing fixture flakes fliers flight flooded flooding flowing flyer
flyers focus foreign form formed forms foro foto fotos founder frame fuente fuentes fuera fuerte
fully fund funding funds gain game games gano gastos gave generation glass grace grade gross growing
guess gutter haha half hambre hanger hara hard harry heating held hell hemos heres hill hills hire
hiring hola hold holds holy hong hongo hooked hope hoping horas horse horses host hubo humano
humanos humedad humor hump humps hundido hunger hunt hunted hunting hurdle hurry hut identity info
instance interes interesa intereses internal juego juegos kinds kiss know knowing knows lack lacked
lake land late latin latter laws lead leading leads leaf lean leaned leans leap least leave leaves
leaving leon lets letter letters letting licked lies link linked links list listed llama llamamos
llaman llamar llame llamo llega llego llena lleno llevan llevar lock looked looking lose losing loss
losses love loved loves loving lucky luego lunes mail maintain malo mando many marker marking mayo
menos mesa meses mess mining mixing moda modo moral motion motor move moved moves movil moving mucho
muchos muerte mural murals mutter nearby nine normal nose notice noticed older pago paid pair pais
paises palace pants papel paper para park parking part partes parts paso pasos passes past peace
pedido pedro pelota pelotas pensando perdio perdon permite pero personajes personal personales
personnel pesada picture pidio pieces piel pies piston pistons plain plan plane planes planet
planeta planned planning plans plata plate played playing plumes plus poder podido point pointed
points policies policy pone poner poor port poster posters poverty premio pride prime prince print
prize process processes processing production programs proper properly proteccion pude pudo pueda
puedan puesto puestos pump pumps pushing puso queda quemada quemadas quemado quemados quemo quienes
quiera quieras quieren race racing raised raising rama ramas rank rape rate rato reaction read
reading recibe recibio refill refuse respond responder response rest rested riffle rise rising rock
roja rojo room rooms ropa rosa rush rusted ruta sabe sabes safe said sala salio salt salud same save
saved saving saying scale scared scooter scooters score scored scores sede seeing seek seeking seem
seemed seems seen sell selling senior sent several shared shares sharing shelf shell ship shipping
ships shirt shoes shop shops shore short shorter shoulder shouting shovel shower shown shut siendo
sigo siguen siguiente siguientes sing singing single singles sites sitting skill skills slab slabs
slash slow small smart smell snow solar sold somos sparkling speaking spell spend spending spill
split spoke spokes spot spring stable stabled stack stacked stacking stage stages stalled stamp
stamps stand stands stapled state stated states status stay stayed staying step steps stick sticking
still stock stocking stone stop stories storm story strap streetlight streetlights strike stronger
stub stuffing suele suelo sueltas sueno suffer suffered suffering suit sweet swimming tagger taggers
tales talking tapped tech tell telling tells tema temas theme then theres they think thinking thinks
three throw ticket tied tienen till time times tips tire tires tiring title toca toda todas tomar
tomo topic towing town track tracked trade trading trail trained trapper tras trash traves tren
trend tres trick tried tries trimmed tripped tripping truck trucks true trusted tuvo tuyo vale
valencia valle valores value viva wage wait wakes waking walking wasnt wave ways wedding week weeks
well went were wide wild will wine wiping wire wired wiring wise wish women womens wondering word
words worker workers world worlds wrapped writing yard yards zona zonas
"""

WORDS = frozenset(_EVERYDAY.split()) | {
    word.text for sentence in SENTENCES for word in words_of(sentence)
}
