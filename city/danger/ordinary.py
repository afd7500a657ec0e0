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

# More words of the two languages, of 311 reports and of our own pages that are a letter or two away
# from words of danger.
_EVERYDAY = """
abandon abandonada abandonadas abandonar abandoning abandono abeja abiding abogado aborted abrazada
abrazado abusiva abusivo accent accents accidental acertada acertado acidic acordado acusada acusado
addicted adding again agrees aguda aguja agujas ahogada ahorcado ahorrado aided aides aiding aids
ajustado alas alegria alentar alergia alerta aleta alistado alleged alleges alleging allergies
allergy allied allies alloys ally altar alts always amada amado amarillo ambulante ambulantes ambush
america amused amusing ancient andar andres angered angled angles animated answer answers antics
aparecer aparecido apartado apuesta apunalada apuntalar apuntar arbolada arbolado arching ardido
ardiente ares armar armies armrest armrests aroma aron arrasada arrasado arrastrado arrastrar
arrastre arreglada arreglado arriendo arrodillada arrojada arrojado arrollador arrolladora artefacts
artifact artifacts artistic ascender ascension ascenso asesor asfaltado asfalto asfixiante asfixiar
aspersor asunto atlas atrasada atrasado attach attache attached attaches attaching attain attained
attaining attracted attracting autopsia autor awaited awaiting awaits awake ayudante ayudar babes
baches backers backward backwards bacon bajo baked baking balancear balde balear ballets ballroom
balsa bananera banco bando banged banging banjo banking banquero banquet banquete bard bargain barge
barking barley barn barred barring baseball based baseman bases basin basing bathe batter battered
battle battled battles battling bawling beak beard bearded beards bearer bearings beast beasts beber
beefing beers being bending besar beta bets betting bicycles bidding bikini billing billings binding
bitter blackens blackjack blackout blackouts blamed blames blaming blanco blanda blanks blaring blas
blazer blazers bleachers bleeping blending blessed blessing blessings blinding bling bloated blocked
blocks bloom blooming blooms blowing boast boasted boasting boasts bobbing bobs boiling bolted
bombeo bomber bombo bombon bond bonded bonding bone boner booked booking booted boring bota bother
brain brakes braking breach breached breaches breadth breaker breakers bred breeding brewing brick
bride brindar bring bringing broker brokers broom brothel brunch brush brushes budding buff bullies
bullion bully bullying buns burlar burned burner burping bust busted busting busts butter cabe
cabida cabin cabra cabron cada cadena caldera calido caliente calla caller calmed calming calorie
calories calves camel camels cameo caminata camino camiseta cams cana cannon cannons cano cansa
canta canto canton caos carbs cardio care carga carla carlos carnal caro carpa carried carries
carrot carrots carrying carta carton carve carved carving casar cascaron casera cases cash casing
casta casting cater catering causa caused causes causing ceased celebrar celebrated celebrates
celebrating cereal cereals cerebro cesta chaco chalking chan chant chanting chants charging cheated
cheating cheats cheering chemically cheque chess chewing chic chilled chilling chills chin
chispeante chloride choca chocking choosing chops ciclismo circuit circuits claiming clara clicking
climbers clinging clipping cloning closed closer closes closest cloudy clues coaching coalicion
coalition coarse cocinar coco coking colder colgante colgar colina colision collage collared collars
collier collusion comando comedy comer comet comets comical commando compulsion conclusion
conclusions condesa conducir conduct conducta conducted conducto conductors conducts confusing
confusion congested connector consciously consulting consultor contain contar content contenta
contento contents contest contestant contestants contestar contested contests context contexto
contexts contraccion contracting contraction contractors contradictions contraer contrast contrasta
contrata contusion conversing conversion conversions convulso cooked cooker cooking copied copies
coping copying coro corps corrected correcting corse cortado cortar cortes coto cougars counting
coupling coveted cracker crackers cracking crafting crates crave craving cravings cresta crops
crowned crowns crushed crushing cuanto cuarta cuatro cubes cubs cuchillas cuclillas cuenta cuerno
cuero cuervo curling cursed curses cursillo cursing custom customary customs dado danado danced
dances dancing dank darling dawning dazzling dealing decades decencia decorated deemed deep deepen
deeper deepest defecto delayed deliveries denuncia depleted deposed depths derive derived derives
derramo desagrado descarada descarado descargar descartar desierto desmayar despertar desprecio
desvanecido detect detected detecting detection detectives detonacion detonante devise devised
diabetes dicen dieting difficult digging dinamica dinamico dinastia dined ding dining diodes
director directors dispar disparador disparaging disparatado disparate dispersed dispersing disperso
disposed disposing disproved distrust dive dived dives diving doing doings domesticated donated
donating donor donors donut donuts doomed doping dormida doses dots dotted dove drafting dread
dreaded dried drier dries drinking drinks driven drone drones drooling droppings drugged drunken
drying duel dues dunk dynamic dynamics dynamism dynasties eaters eclectic edad elected elector
electors electrically electrician electricity electrodes electronic electronico electronics
electrons elevada elevar elevate elevated elevation elevations ellas ember emergence emergente
emplea empleada empleador emplear employ employed employer employing employs encargada encargado
encontrada encontrado encore encounter encountered encountering encounters ende ensenado ensenanza
enterado enterar entrado entramos entrance entrances entrante entrants envenenar epilepsia erected
erection escala escalada escalar escapar escasa escocesa escolta escueta esta establo estas estates
estrecho estrella estrellar estreno everything excluded excluding exclusion exclusives exclusivo
expanded expanding expansion expansions expansive expansivo expended expensive experto explicar
exploited exploiting explorar explore explored explorer explorers explores exploring explotador
exportar exporting exposes exposito expresion expresivo expreso expulsion eyeing facet facets fading
failed failing faintest faking falla falling fallo faltar fame famed farce faring farther faster
fastest fated fates fats feast feather feed feeding fees fellow fellows fernando ferries filed
filing filings filler finder fined finer fines fingir fins firewall firewalls firme firs first fits
fitted fitting fittings fixing flakes flamingo flavor flavored flavors flawed fledged fleeing
fleeting flight flights flirting flooded flooding floods flor flowed flowing follow follower
followers followup fond fooled fooling footer force forearm forearms forged form formed forming
forms foto fotos founder framed frames framing freeing fried fries fright fuentes fuera fueras
fuller fullest fully fumando fund funded funding funds gallina gana ganada gaping gastando gave gene
generals genes genial genres gentil gentle gill gitano goles golfing graded grades grading grain
granado granda granting grapes grasping grate grates gravel grazing grieta grit gritar grito
grouping groupings groves guzman habla hallar hambre hamper hampered handle handled handler handlers
handles handling handy hangar happen happening happens happiness hardened hardy hart haunted
haunting haunts header healed healing heartbreak heartbreaking heartfelt hearty heater heath heavier
heaviest helpers herd herds herpes hinges hints hipotermia hoarding holder holders hombro homer
homie hooded hoop hopeless hoping hordes horrified horrifying hosting housewife housewives howling
hugged hugging hugs humana humane humano humeda humming humor humping hums hunted hunting huts
immediate incendiaria incendiario incentiva incentives incentivo inconsciencia inconsecuente
infancia infanta infante infantry ingenio inocencia inquiries insider insiders instance insured
intensa intense intenso intent intentar intention intentions intestines intoxicated intoxicating
intoxication intro intrude intruding intrusa intrusion invasive inventar invento justa justo keyed
kidnapper kidnappings killer kinds kiss kissed kisses kissing knockout knockouts labio laborers
lacked ladran ladrona lame lanza lastima lauded leading leaned leaping learning leased leases
leasing ledger lefty lena lenses less lets letters letting levantado levante licked lied lien
likeness limpia lina lineal linen liner liners linked linking lino listed listing liver llama llaman
llaves llegar llenar llorar loaded loading lodged lodges lodging lofts looked looking looming
looping lora loses loss losses lotus louder loudest loveless loving lumber lumbering lurking macetas
machote madden made magnetic magno maiden mailed mailing maintain maintained maintaining maintains
maleza malla malta mamma mando mane mango manor manto maple mare marines marking markings martial
martirio mata mating matured mauro mayors meddling medicina medicine medicion medida mejora mejoria
members menos mentor mentoring mentors messes meteor metido milling mind minded miner miners mini
minors mirada mirado mixing mojado molest molesta molestar molester molestia molesto moot mostrado
mostrador moth moths motin motion motocicleta motor motors motto mountainous mounting mover movers
mowing mueble muebles muera muerte mulching murder murderous mustered muttered nacido naciente
nacion nada navajo necesita necesitado necesitar necessities necessity needles needy neighboring
ninja norte nothing notion nova oceanic older olla orto outset outsider outsiders overcome overcomes
overcoming overdo overdone overdue overheard overjoyed overlaps overload overseas oversees overt
overtones overuse overused pablo pace paced paces pacing packed packing padilla paired pairing pais
palace palaces pals pampa pandilla panes panned pans pantalla panting parades pardo parecer parecido
parienta pariente parlamento parsons part parte parted partes partied parties parting parts partying
pasillo passer passes passion past pato patrol patrona paused pauses peatonal peatonales pecado
pedido pedo pegado pegar pela peldano peleador penned perdon perdonar persisted personaje personal
personnel pesado pest pests picado piden pieces pierced piercing pies pilar piled piles piling
pinches pines pins piola piper piss pissed pisses pissing pisto piston pistons pitching placer plain
plains plan planet planets planned planning plantilla plated plates playing plea pleaded pleading
pleas pluma poder pointed pointer pointers pointing poised poking poli policial policies policy
polite polled polling polo ponder poop poor porque pose posed poses posing postings postre pounding
predio pride primal printed printing prison prisoner prisoners prisons process processed processes
processing programs progresar progresivo progression progressive progressives prowess pudding pudo
puerto puesta pumped pumping punishing puno punt pursue pursued pursuing pushing puso puto quemada
quemadas quemado quemador quemados quemadura quicker quickest quienes quieto quita racing racist
racists radiacion radiactiva radiactivo radiating radiator radiators radicacion radioactivity raging
raided raider raiders raiding rain rained raining raises raising raked raking ramped rapid rapids
rapina rapped rapping raps raptar rapture rastro ratings ration rations raving rayaron reaccionar
reacting reactive reactor reactors read reading reaped reaping recover recovered recovering recovers
recurrent redaction reduction reductions reed reeves rejection relacion relation relations remain
remained remaining remover reparar resolve resolved resolver resolves respetar respondents responder
response responses responsible restaurante restaurar rested retain retains retirar revolted revolve
revolved revolves revolving rezar ribbed ridge ridges rife riffle riled rinsing rising rites rito
roaming roar roaring robado robes robin robot robots rock rocked rocking rods root rooted rooting
rotated rotating rotor rots rotted rotting rubbed rubbery ruining rupees ruptura rusty saber sabina
sable sabres sacked sacking sagrado sailed sailing sake salido saliente saline salted salto saltos
salvar sanders sandy sans sash saving scale scaled scales scaling scanning scared scaring scarred
scarring scooping scooting scored scores scoring scouting scraping scratched screening screenings
screwing searched searing securely seeing selfie selfies sell selling sells selves senda sender
senorio sensed senses sensing sensor sensors sepultar sepulto settings several severity shading
shakes shaking shale shaped shapes shaping shared shares sharing sheds sheeting shelling shells
shifted shifting shifts shilling shillings shining shipped shipping shitting shogun shopper shores
short shorted shorter shorting shorts shoulder shout shouted shouting shouts shoved shoving shower
showers showings shutting sibling siblings sideways signings signo siguiente simmer sims sing
singing sings sink sinks sipping sites sits sitter skate skates skilled skills skipping slacking
slain slamming slashed slated slaying sled sleeping sliced slices slick slides sliding slimmer sling
slipped slipping slopes sloping slowing smacking smelly smiling smirking smoker smokers smoothing
smothering smuggling snacking snapping snarling sneaking snooping snoring snorting soaked soaking
soaring sobbing sock socks solar soldering soles soltar solved solves solving sonora soon soothing
sopla sore sorting sospecha sounding sourcing spacing spamming spangled spanking spanning spares
sparing spark sparkles sparring spawning speaking spelled spelling spells spend spending spends
spiking spinning spit spitting split splitting spoiling spokes spoofing spores sporting spotted
spouting spreading spring springing springs stable stacked stacking stacks staffing stage staggered
staggering staging stain staining stairs stakes staking stale stalled stalling stalls stamping stand
starling starting starving state stated stating staying stays stealing steaming stepped stepping
sterling sticking sticks sticky stiles stilts stirring stitched stocked stocking stockings stocks
stoke stoked stokes stone stoned stoner stones stopping storey stories stormed storming stormy
straddle straddles straddling stragglers stranded stranding strands strangely strangest streaming
strike strikes striking string stringed stringing strings stroll stronger strongest strongly
structural struggle struggled struggles strung stun stunned stunning stunts styling subido subs
subsidio suck sucked sucking sucks sued sueldo suelta sueltas suffer suffered suffering suffers
suffocation suing suited suites sujeta sung sunk surfing suscitar swapped swapping swarming swearing
sweating sweeping sweets swimming swirling switched swooping tacked taco tacos taker takers talked
talking tanner tanning tapado taping tapped tapping tasked tasted teamed teaming teas teased teasing
tech techno teenage telling tens terrified terrifying thank thanked thanking thanks theme theres
theses thicker thin thinker thinkers thinks thorough though threat threats three thriving thrones
throw thrown throws thumping tick ticket ticks tied tienen ties tighten tighter tilting timing
tinker tips tirando tirano tiro tirso toca tokens topics topped topping toque toss totaling tourism
towing toxins trabajado trabajando trabajar traced traces tracing track tracked tracking tracts
trade traded trades trading traer trafficking trailing trails trainee trainees trainer trainers
traits traje trans transform transformar transformed transforming transforms transporter trapper
trappers trata tratado tratar traves trazado tread trece trend trending trends trenes tres tribes
tricked tricks tried tripped tripping tronco trough trunks tubes tubing tuck tucked tuning tying
unconsciousness underdog underdogs undergo undergoes undergoing underrated undertaker undertakes
undertaking undertone undertones undertook unfit unintended unite unity untied urgent usable
valencia vegan vena ventaja vidal vienes viento vigencia villano violacion violado violation
violations violators violentar violently violet violeta violets virulencia virulenta virulento visa
visas visions visitar visiting visits viuda vivencia voicing volado voladora voladura volando
volaron volcano volcanoes volo voting waited waiter waiters waive waived wales walked walker wallet
wallets walter wander wanderers wasnt wasp wasted wastes watery weave weaving weeping welded welding
wheeling whining whores widow width wildlife wilshire wiping wished wishes wishing witch witches
wits wondered wondering wooden worded wording workings wrist writes writing yearning zipped
"""

WORDS = frozenset(_EVERYDAY.split()) | {
    word.text for sentence in SENTENCES for word in words_of(sentence)
}
