"""The words of the tweet grammar, in the notation of `grammar`.

A symbol is looked up in four tables: the frames of the mood's tweets
(`FRAMES`, which may refer to all four), the words of the mood
(`MOOD_RULES`), the words of the topic (`TOPIC_RULES`) and the words of
neither (`SHARED`); the last three may refer to themselves and to `SHARED`.
No name is defined in two tables.

Every topic defines `good`, `bad`, `plain` and `plan` (clauses), `ask` (a
question without its mark), `treat`, `pain` and `event` (things liked,
disliked and looked forward to) and `tag`. The tests prove that no two
derivations have the same text; the proof is fast as long as the words of
most symbols are not prefixes of one another.
"""

TOPIC_WEIGHTS = {
    "weather": 5,
    "football": 4,
    "music": 5,
    "food": 6,
    "school": 4,
    "work": 5,
    "travel": 3,
    "pets": 3,
}

MOOD_WEIGHTS = {"happy": 6, "excited": 4, "sad": 4, "angry": 3, "neutral": 5}

SHARED = {
    "city": """4* london | 2* leeds | 2* boston | 2* chicago | 2* dublin
        | glasgow | bristol | cardiff | austin | toronto | seattle | york
        | denver | oxford | bath | belfast | sydney | dallas | miami | houston
        | perth | brighton | atlanta | detroit | portland | norwich | swansea
        | exeter | boulder | galway | hull | omaha | reno | tampa | memphis
        | tucson | oakland | cork | ottawa | brisbane | lincoln | durham
        | salem | halifax""",
    "day": """2* monday | tuesday | wednesday | thursday | 3* friday
        | 3* saturday | 3* sunday""",
    "past": """6* today | 4* this morning | 4* last night | 4* yesterday
        | 4* on {day} | 2* this evening | 3* at {clock} | 2* {few} days ago
        | 2* last week | last month | just now
        | 2* on the {date}""",
    "future": """6* tomorrow | 3* tonight | 3* this weekend | 4* on {day}
        | 3* at {clock} | 2* next week | next month | 3* in {few} days
        | in {few} weeks | 3* on the {date} | later""",
    "day_ahead": """3* tomorrow | 2* tonight | today | 4* on {day}
        | 3* on the {date}""",
    "present": "2* today | right now | this morning | tonight | at {clock}",
    "few": "4* 2 | 4* 3 | 3* 4 | 3* 5 | 2* 6 | 7 | 8 | 9 | 2* 10 | 11 | 12",
    "clock": """2* noon | midnight | 6pm | 7pm | 8pm | 9pm | 8am | 9am | 10am
        | 6:15 | 6:30 | 7:15 | 7:30 | 7:45 | 8:20 | 8:30 | 9:15 | 9:30 | 10:30
        | 11:15 | 1pm | 2:30 | 3pm | 4:45 | 5:30""",
    "date": """1st | 2nd | 3rd | 5th | 6th | 8th | 9th | 11th | 12th | 14th
        | 15th | 17th | 18th | 20th | 21st | 23rd | 24th | 27th | 28th
        | 30th""",
    "who": "6* my {kin} | 2* mum | 2* dad | 3* @userid | 8* {friend}",
    "kin": """3* sister | 2* brother | 2* cousin | boss | 2* bestie | mate
        | aunt | uncle | gran | son | niece | wife | husband | friend""",
    "friend": """2* anna | ben | chloe | dan | 2* emma | josh | kate | liam
        | lucy | megan | nick | omar | priya | rosie | 2* sam | tom | zoe
        | maya | leo | jess | amy | finn | grace | hana | yuki | jack | kim
        | luke | mia | noah | ravi | sofia | tess | vera | viv | aisha""",
    "we": "4* i | 2* we | 6* {friend}",
    "we_are": "3* we are | 3* i am | 4* {friend} and i are",
    "so": """8* so | 4* really | 3* SO | 2* super | 2* very | extra | beyond
        | pretty | mega | REALLY""",
    "span": """6* day | 3* week | 2* morning | 2* evening | 3* night
        | 2* summer | 2* month | 2* year | {day}""",
}

FRAMES = {
    "happy": {
        "tweet": "6* {body} | 3* @userid {body} | RT @userid {say}{mark}",
        "body": """4* {say}{mark} | 4* {say} {face} | 3* {say}{mark} {face}
            | 3* {say} {tag} | 2* {say}{mark} {tag} | 2* {say} {face} {tag}
            | 2* {say} {feeling} | 2* {say} url | {say}{mark} url
            | {say}{mark} {feeling} | 6* {wow} {good}{stop} {joy}{mark}
            | 6* {wow} {good}{stop} {joy} {face}""",
        "say": """8* {good}{stop} {joy} | 6* {joy}{stop} {good} | {wow} {good}
            | 3* {glad} {good} | 2* {love} {treat} {now}
            | 2* {love} {treat}{stop} {joy} | 2* {best} {treat} {setting}
            | {good} and {grin}""",
    },
    "excited": {
        "tweet": "5* {body} | 3* @userid {body} | RT @userid {say}{mark}",
        "body": """4* {say}{mark} | 3* {say} {face} | 4* {say}{mark} {face}
            | 2* {say} {tag} | 3* {say}{mark} {tag} | 2* {say} {face} {tag}
            | 2* {say} {feeling} | 2* {say}{mark} url
            | {say}{mark} {feeling} | 6* {wow} {plan}{stop} {thrill}{mark}
            | 6* {wow} {plan}{stop} {thrill} {face}""",
        "say": """8* {plan}{stop} {thrill} | 6* {thrill}{stop} {plan}
            | {wow} {plan} | 3* {wait} {event} {future}
            | 2* {wait} {event} with {who} | 2* {wait} {event}{stop} {thrill}
            | 2* only {few} {units} until {event} | 3* {buzz} {plan}""",
    },
    "sad": {
        "tweet": "6* {body} | 3* @userid {body} | RT @userid {say}",
        "body": """2* {say} | 2* {say}. | 5* {say} {face} | 3* {say}... {face}
            | 3* {say} {tag} | 2* {say} {face} {tag} | 2* {say} {feeling}
            | 2* {say}... | {say} url | {say}... {tag}
            | 7* {sigh} {bad}{stop} {sorrow}
            | 7* {sigh} {bad}{stop} {sorrow} {face}""",
        "say": """8* {bad}{stop} {sorrow} | 6* {sorrow}{stop} {bad}
            | {sigh} {bad} | 3* {gutted} {bad} | 2* {miss} {treat} {ache}
            | 3* {miss} {treat}{stop} {sorrow}""",
    },
    "angry": {
        "tweet": "5* {body} | 4* @userid {body} | RT @userid {say}{mark}",
        "body": """4* {say}{mark} | 3* {say} {face} | 3* {say}{mark} {face}
            | 3* {say} {tag} | 2* {say}{mark} {tag} | 2* {say} {feeling}
            | {say}. | 2* {say} url | {say}{mark} {feeling}
            | 6* {argh} {bad}{stop} {rage}{mark}
            | 7* {argh} {bad}{stop} {rage} {face}""",
        "say": """8* {bad}{stop} {rage} | 6* {rage}{stop} {bad} | {argh} {bad}
            | 3* {fume} {bad} | 2* {fedup} {pain} {again}
            | 3* {fedup} {pain}{stop} {rage}
            | why do we put up with {pain} {again}""",
    },
    "neutral": {
        "tweet": "6* {body} | 3* @userid {body} | 2* RT @userid {say}.",
        "body": """4* {say} | 5* {say}. | 4* {say} url | 5* {say} {tag}
            | 4* {say}. {tag} | 3* {say}. url | 5* {note} {plain}. {follow}
            | {ask}? | {ask}? {tag} | 2* {ask}? {cheers} {tag}
            | 2* {excuse} {ask}? {tag} | 3* {excuse} {ask}? {cheers}""",
        "say": """{plain} | 5* {plain}, {aside} | 2* {note} {plain}
            | 5* {plain}. {follow} | 5* {note} {plain}, {aside}
            | 3* {friend}: {plain}. {follow}""",
    },
}

MOOD_RULES = {
    "happy": {
        "stop": "4* , | 3* ! | 2* ...",
        "mark": "4* ! | 2* !! | !!!",
        "face": """5* :) | 4* :D | 2* =) | 2* :-) | <3 | ^_^ | ;) | :]
            | (: | xx""",
        "feeling": """#happy | #blessed | #smile | #goodtimes | #winning
            | #lovelife | #yay | #thankful | #goodvibes | #bestday""",
        "wow": """3* yay | 2* woohoo | 3* omg | 2* yes! | wow | guess what,
            | great news, | hooray | lol | haha | aww | finally!
            | good news,""",
        "glad": """4* {so} happy that | 2* so glad | {so} pleased that
            | over the moon that | smiling because | i feel lucky that
            | i love that | my {span} is made, | it makes me smile that
            | in a great mood because | {so} chuffed that""",
        "love": """4* loving | 2* enjoying | totally loving | i adore
            | i really needed | i love | {so} happy with | {so} thankful for""",
        "now": """2* right now | 2* today | 2* so much | this week
            | on this {lovely} {day} | after a {long} {span} | at {clock}""",
        "best": """3* nothing beats | nothing better than | you can't beat
            | always happy with | there is nothing like | {so} up for""",
        "setting": """3* on a {day} | 3* with {who} | on {day} nights
            | 2* after a {long} {span} | on my day off | at {clock}""",
        "long": "3* long | hard | busy | weird | slow | stressful | rough",
        "joy": """3* best {span} ever | 3* what a {lovely} {span}
            | 3* feeling {so} {proud} | can't stop smiling
            | made my {span} | 2* life is {so} {great} | i am {so} happy
            | thank you @userid | big smiles all round | {so} grateful
            | happy days | love it | could not be happier
            | dancing round the {room} | 2* this is {so} {great}
            | 2* this {span} is {lovely} | 2* having a {lovely} {span}
            | thanks {friend} | well done {friend} | big hugs to {who}""",
        "lovely": """3* lovely | 3* great | wonderful | perfect | brilliant
            | beautiful | fantastic | 2* good | cracking | magical""",
        "great": """3* good | 2* great | cool | sweet | nice | lovely | fun
            | fab | brilliant""",
        "proud": """4* happy | 3* good | great | lucky | proud | blessed
            | loved | alive""",
        "grin": """i can't stop smiling | it made my {span} | i am {so} happy
            | it feels {so} {great} | i love it | we all cheered""",
        "room": "2* kitchen | living room | house | garden | office | street",
    },
    "excited": {
        "stop": "3* , | 4* ! | 2* ...",
        "mark": "3* ! | 3* !! | 2* !!!",
        "face": "3* :D | 3* XD | 2* =D | 2* :P | \\o/ | :-D | <3 | :O | :-)",
        "feeling": """#excited | #cantwait | #countdown | #hyped | #bringiton
            | #happening | #buzzing | #sokeen | #woop""",
        "wow": """3* omg | eeek | ahhh | woop woop | oh my goodness
            | it's official, | big news, | finally! | guess what! | aaah
            | yesss | hold on tight,""",
        "wait": """5* can't wait for | 3* {so} excited for | counting down to
            | {so} ready for | bring on | already dreaming of | all set for
            | can't sleep thinking about | buzzing for | {so} hyped for""",
        "units": "3* days | 2* more days | more sleeps | weeks | more weeks",
        "buzz": """4* {so} excited that | buzzing because | {so} hyped because
            | jumping up and down because | it is happening,
            | i can't believe | shaking with excitement,""",
        "thrill": """3* can't wait | 3* i am {so} excited | 2* {so} pumped
            | bring it on | counting the {ticks} | 2* this will be {epic}
            | 2* it's going to be {epic} | who else is in | {so} ready
            | i can hardly sleep | eeek | the countdown is on
            | see you there @userid | roll on {day} | hurry up {day}
            | 3* this is {so} exciting | 2* feeling {so} {keen}
            | {friend} is {so} {keen} too | get ready {friend}
            | are you {keen} {friend}""",
        "ticks": "3* days | 2* hours | minutes | seconds | sleeps",
        "keen": "3* excited | 2* hyped | 2* ready | pumped | keen | giddy",
        "epic": """3* amazing | 2* epic | 2* {so} good | huge | brilliant
            | the best | legendary | {so} fun | awesome""",
    },
    "sad": {
        "stop": "4* , | 4* ... | ;",
        "face": "5* :( | 2* :'( | 3* :-( | =( | </3 | ;_; | D: | :[ | ): | T_T",
        "feeling": """#sad | #badtimes | #lonely | #tears | #cry | #sigh
            | #missyou | #gutted | #feelingblue""",
        "sigh": """3* sigh, | 2* oh no, | sad times, | bad news, | aww man,
            | boo, | nooo, | sniff, | poor me, | oh dear,
            | bad times, | sad news,""",
        "gutted": """3* {so} gutted that | 3* {so} sad that
            | heartbroken that | crying because | {so} upset that
            | it hurts that | feeling {low} because | devastated that
            | i cried because""",
        "miss": """3* missing | 2* really missing | 3* i miss | crying over
            | feeling lost without | a bit {low} without | i still miss
            | {so} {low} without""",
        "ache": """3* so much | 2* today | 2* tonight | right now | already
            | this {span} | like crazy | at {clock}""",
        "sorrow": """2* i could cry | 4* feeling {so} {low} | my heart hurts
            | 2* saddest {span} ever | i need a hug | going back to bed
            | not my {span} | 2* {so} sad | tears everywhere
            | hug me {friend} | today hurts | can't stop crying
            | i have no words | it breaks my heart | 3* i feel {so} {low}
            | cheer me up @userid | 2* this {span} is {so} sad
            | {who} cried too | {low} {span} | i wish it was {day}""",
        "low": """3* low | 3* down | lonely | empty | 2* miserable | lost | blue
            | flat | numb""",
    },
    "angry": {
        "stop": "3* , | 3* . | 2* !",
        "mark": "4* ! | 2* !! | !!! | ?!",
        "face": "4* >:( | 2* :@ | 3* -_- | >_< | :/ | D:< | >:[ | :-/",
        "feeling": """#angry | #fail | #rage | #annoyed | #joke | #fedup
            | #furious | #grr | #nothappy | #unfair""",
        "argh": """3* argh | 4* ugh | 2* grrr | seriously? | unbelievable!
            | are you kidding me? | oh great, | typical, | no way, | WHY?
            | come on! | of course""",
        "fume": """3* so angry that | furious that | 3* {so} annoyed that
            | raging because | fuming because | it is a joke that
            | how is it fair that | it is not okay that | i hate that
            | {so} livid because | {so} mad that""",
        "fedup": """4* sick of | 3* so done with | 3* fed up with
            | {so} tired of | i can't stand | who needs | no more of
            | i am furious about | {so} bored of""",
        "again": """3* today | 3* again | every single {day}
            | 2* every {span} | 2* this {span} | at {clock}""",
        "rage": """2* what a joke | 4* i am {so} {mad} | 4* this is {awful}
            | 2* {so} {mad} | absolute joke | sort it out @userid
            | i want to scream | never again | my blood is boiling
            | who is in charge here | do something {friend} | i give up
            | thanks for nothing {friend} | 2* it makes me {so} {mad}
            | 2* that is {awful} | 2* worst {span} of my life
            | {friend} is {so} {mad} too""",
        "awful": """2* {so} awful | 3* ridiculous | outrageous | a disgrace
            | shocking | {so} unfair | pathetic | {so} rude | a mess
            | unacceptable | {so} annoying""",
        "mad": "3* mad | 3* angry | 2* annoyed | cross | livid | fed up",
    },
    "neutral": {
        "note": """2* fyi, | 2* update: | for the record, | reminder:
            | heads up, | in other news, | fyi @userid,
            | quick update, | status: | news: | {day} news: | {clock}:
            | note for {friend}:""",
        "aside": """just so you know | in case anyone asks | as usual
            | 2* more later | 2* that is all | nothing special
            | or so they say | 3* according to {who} | 2* same as last {span}
            | or so i hear | just in case {friend} asks | 2* says {who}
            | as {who} said | not a big deal | for the {nth} time""",
        "nth": "first | 2* second | third | fourth | tenth",
        "follow": """3* more on that {future} | that is all for now
            | 2* same again {future} | details to follow
            | what about you {friend} | over and out | 2* ask {who}
            | not sure why | 2* {who} told me | let me know {friend}""",
        "excuse": """2* quick question, | 2* hey @userid, | just wondering,
            | random question, | hi all, | question: | 4* {friend},
            | hey {friend}, | {day} question:""",
        "cheers": """thanks | cheers | 2* asking for {who} | let me know
            | just curious | 2* {who} wants to know | no rush | help me {friend}
            | i forgot | {friend} said no""",
    },
}

TOPIC_RULES = {
    "weather": {
        "good": """3* the sun is {back} in {city} {present}
            | 2* it is {warm} in {city} {present}
            | we had {snow} {past} and {city} is {pretty}
            | {we} sat in {sunny} in {city} until {clock}
            | it hit {degrees} degrees in {city} {past}
            | the {storm} missed us and the sky is {clear}
            | there was a {double} rainbow in {city} {past}
            | {we} walked {along} in the sunshine {past}
            | the fog over {city} cleared {past}
            | the sunset over {spot} was {pretty} {past}""",
        "bad": """3* it has been {raining} in {city} for {few} {days}
            | the {wind} {broke} my {umbrella} {past}
            | the {storm} ruined our {picnic} {past}
            | 2* {we} got {soaked} on the way {to} {past}
            | the {city} forecast says {wet} until {day}
            | it is {cold} and the {heating} is broken
            | it is another {grey} {day} in {city}
            | the {wind} blew down {fence} {past}
            | the {wet} flooded {spot} {past}
            | {we} got stuck in the {city} {wet} {past}
            | {we} slipped on the ice in {city} {past}
            | {wet} got into the {leak} {past}""",
        "plain": """2* it is {degrees} degrees in {city} with {sky}
            | the forecast for {city} {future} is {sky}
            | {city} had {few} {inches} of {wet} {past}
            | the {front} should reach {city} by {clock}
            | {we} took {coat} in case of {wet} {past}
            | the clouds are {moving} over {spot}
            | sunset in {city} is at {clock} {day_ahead}
            | {sky} over {spot} {present}
            | {wet} in {city} until {clock} {day_ahead}""",
        "plan": """3* the forecast says {fine} in {city} {future}
            | it might finally {pour} in {city} {future}
            | {we_are} off to {beach} for the {fine}
            | a {heatwave} is coming to {city} {future}
            | {friend} and i will {snowplay} {future}
            | {few} days of {fine} start {future}
            | it will be {degrees} degrees in {city} {future}
            | the {fine} gets here {future}""",
        "event": """the first snow in {city} | 2* the {heatwave}
            | 2* some proper {fine} | warm evenings in {city}
            | the big {storm} | 2* {fine} at {beach} | the first day of spring
            | a white christmas | snow in {city}
            | {degrees} degrees in {city}""",
        "treat": """3* this {fine} | the fresh snow in {city} | the summer rain
            | the autumn leaves | these {blue} skies | the sea breeze
            | a {frosty} morning | the sunset over {spot}
            | the warm evenings in {city} | the smell of {wet}
            | the sound of thunder | the {fine} at {beach}""",
        "pain": """3* this {grey} weather | the {wet} in {city}
            | the {wind} in {city} | this {grey} {span}
            | scraping ice off the car | soaking wet {shoes}
            | {wet} and {mud} | the wrong forecast for {city}
            | all this {wet} | these {grey} mornings""",
        "ask": """2* will it {pour} in {city} {future}
            | is it {cold} in {city} {present}
            | does anyone know the forecast for {city} {future}
            | do i need {coat} in {city} {future}
            | did you hear the {storm} in {city} {past}
            | who saw the lightning over {spot} {past}
            | how many degrees is it in {city} {present}""",
        "tag": """3* #weather | 2* #sunshine | 2* #rain | #snow | #storm
            | #forecast | #wind | #clouds | #heatwave | #frost | #sky""",
        "back": "3* back | 2* out | shining | finally out | blazing",
        "warm": """2* warm and sunny | hot and dry | {degrees} degrees
            | t-shirt weather | beach weather | clear and bright""",
        "snow": "2* snow | fresh snow | a hail storm | powdery snow | a frost",
        "pretty": "2* pretty | magical | peaceful | dreamy | stunning",
        "sunny": "2* the park | the garden | the sun | the shade | the meadow",
        "degrees": """-9 | -4 | -2 | 4 | 7 | 9 | 11 | 12 | 14 | 15 | 16 | 2* 18
            | 19 | 2* 21 | 22 | 24 | 2* 27 | 30 | 33""",
        "storm": "2* storm | 2* rain | thunder | hail | blizzard | gale",
        "clear": "2* clear | so blue | full of stars | pink and gold",
        "frosty": "clear | 2* frosty | misty | bright snowy",
        "blue": "3* blue | clear | pink | starry",
        "double": "2* huge | double | beautiful | bright | tiny",
        "spot": """the river | the hills | the bay | the park | the lake
            | 5* {city}""",
        "along": "2* to work | 2* home | to town | to the bay | for miles",
        "raining": """3* raining | 2* pouring | drizzling | snowing | foggy
            | freezing | stormy""",
        "days": "3* days | 2* hours | weeks",
        "broke": "2* broke | stole | snapped | took",
        "umbrella": "3* umbrella | tent | kite | washing line | hat",
        "leak": "tent | car | house | shed | loft",
        "picnic": "2* picnic | 2* barbecue | walk | beach day | bike ride",
        "soaked": "2* soaked | drenched | hailed on | rained on | frozen",
        "to": "3* home | 2* to work | to school | to town | to {city}",
        "wet": "4* rain | 2* sleet | drizzle | snow | hail | fog",
        "mud": "slush | mud | more wind | grey skies",
        "cold": "3* freezing | 2* so cold | minus {few} | bitter | icy",
        "heating": "3* heating | boiler | radiator | window | roof",
        "grey": "3* grey | 2* rainy | gloomy | wet | dull | foggy | windy",
        "wind": "3* wind | gale | storm | blizzard | gusty wind",
        "fence": "2* our fence | the old oak | our tent | our shed | a wall",
        "shoes": "2* shoes | socks | jeans | hair | gloves",
        "sky": """2* light rain | 2* clear skies | some cloud | a breeze
            | sunny spells | patchy fog | strong wind | a few showers""",
        "inches": "2* inches | mm | hours | days",
        "front": "2* rain | cold front | storm | fog | cold air | snow",
        "coat": "2* an umbrella | a raincoat | a warm coat | wellies",
        "pour": "4* rain | 3* snow | clear up | hail | warm up | cool down",
        "moving": "moving on | clearing | building up | low",
        "fine": "3* sunshine | 2* dry weather | warm weather | heat | snow",
        "beach": "2* the beach | the lake | the coast | the park | {city}",
        "heatwave": "2* heatwave | snowstorm | warm spell | hot summer",
        "snowplay": """build a snowman | go sledging | make snow angels
            | sunbathe | splash in puddles | chase storms""",
    },
    "football": {
        "good": """2* {team} won {win} {past}
            | 3* {team} beat {foe} {win} {past}
            | {player} got {goal} against {foe}
            | we are {top} after beating {foe} {win}
            | {we} got tickets for the {foe} game {past}
            | {team} won the {cup} {past}
            | our keeper saved {few} penalties {past}
            | {we} got {goal} at {kickabout} {past}
            | {player} signed a new deal with {team}
            | {team} came back to win {win} {past}
            | {we} saw {team} beat {foe} {win}""",
        "bad": """3* {team} lost {win} to {foe} {past}
            | {player} missed {chance} against {foe}
            | {player} is {injured} for {few} weeks
            | the referee {robbed} against {foe} {past}
            | we let in {few} goals {half} {past}
            | {team} sold {player} to {foe}
            | {foe} beat us {win} in the {cup} {past}
            | the {foe} match was {off} {past}
            | {team} sacked the manager {past}
            | {player} scored an own goal {past}
            | {we} saw {team} lose {win} to {foe}""",
        "plain": """3* {team} drew {draw} with {foe} {past}
            | kick off against {foe} is at {clock}
            | {player} starts against {foe} {future}
            | it is {draw} at half time against {foe}
            | {team} signed a {new} {position} {past}
            | watching {team} play {foe} with {who}
            | {team} play {foe} in the {cup} {future}
            | {few} games left and {team} are {rank} in the league
            | training with {team} {future}""",
        "plan": """2* {we_are} off to the {foe} game {future}
            | 3* we play {foe} in the {cup} {future}
            | {team} will sign a {new} {position}
            | i have {seats} to see {team} {future}
            | my first football {training} is {future}
            | the season starts {future} against {foe}
            | {player} is back for {team} {future}
            | {team} could win the {cup} {future}
            | {we_are} watching {team} play {foe}
            | {we_are} playing {kickabout} {future}""",
        "event": """2* the {foe} derby | 2* the {cup} final
            | the big {team} match | 2* the new season | the semi final
            | kick off | the match against {foe} | the world cup
            | 2* the {foe} game | {team} against {foe}""",
        "treat": """2* watching {team} win | a last minute {goal_noun}
            | our away days at {foe} | the noise at the stadium
            | a clean sheet | sunday league | the match day {snack}
            | the old stadium | playing five a side
            | singing for {team} | beating {foe} {win} | cup nights""",
        "pain": """2* losing to {foe} | losing {win} to {foe}
            | lazy defending | 2* terrible referees | our {position}
            | goalless draws with {foe} | missed penalties
            | the {team} manager | pricey {team} tickets
            | bad var decisions | football fans from {city}
            | the {team} defence | {foe} diving""",
        "ask": """2* what time is kick off against {foe} {future}
            | who is playing {foe} {future}
            | what was the score against {foe} {past}
            | is {player} fit to play {foe} {future}
            | does anyone have a ticket for the {foe} game
            | where can i watch {team} {future}
            | who scored for {team} {past}
            | does anyone want to play {kickabout} {future}""",
        "tag": """3* #football | 2* #matchday | #cupfinal | #goal | #derby
            | #offside | #league | #keeper | #penalty | #hattrick | #var""",
        "team": """3* united | 2* city | the reds | the blues | athletic
            | the hornets | real | orient | the gulls | the bees | hibs
            | {city}""",
        "foe": """2* rovers | 2* albion | 2* town | wanderers | the champs
            | the lions | villa | county | rangers | thistle | the cobras
            | the saints | argyle""",
        "player": """2* our striker | 2* our captain | the new kid
            | our number {few} | {friend} | the left back | our winger
            | the keeper | my {kin}""",
        "win": """3* 2-1 | 3* 1-0 | 2* 3-0 | 2* 2-0 | 4-2 | 5-0 | 3-2 | 3-1
            | 4-1 | 4-3 | 5-1 | 6-0""",
        "draw": "3* 1-1 | 2* 0-0 | 2* 2-2 | 3-3 | 4-4",
        "rank": "top | 2nd | 3rd | 4th | 5th | 9th | last",
        "goal": """2* two goals | 2* a hat trick | a late winner
            | a lovely free kick | a brace | {few} goals | a header""",
        "goal_noun": "3* winner | equaliser | goal | header | penalty",
        "top": "2* top | in the final | through | safe | going up | second",
        "cup": "3* cup | 2* league | trophy | shield | derby | replay",
        "kickabout": "2* five a side | training | sunday league | football",
        "chance": "2* a penalty | an open goal | {few} chances | a sitter",
        "injured": "3* injured | 2* out | suspended | banned",
        "robbed": "2* robbed us | was useless | cost us | sent off {friend}",
        "half": "2* in the second half | before half time | in the rain",
        "off": "2* called off | boring | a mess | a joke | stopped early",
        "new": "3* new | young | spanish | tall | french | quick",
        "position": "3* striker | 2* keeper | left back | defender | winger",
        "seats": "2* tickets | front row seats | a spare ticket | {few} seats",
        "training": "2* training | trial | practice | match | final",
        "snack": "2* pies | chips | songs | nerves",
    },
    "music": {
        "good": """2* {we} got tickets to see {band} in {city}
            | {band} played {song} {past}
            | the new {album} by {band} is {superb}
            | i can finally play {piece} on the {instrument}
            | they played {band} on the radio {past}
            | {who} gave me {record} by {band}
            | our band played a {packed} gig in {city}
            | {we} found {record} by {band} in {city}
            | {band} were {superb} in {city} {past}
            | {we} wrote {a_song} on the {instrument} {past}""",
        "bad": """2* {band} cancelled the {city} {show} {past}
            | {band} are splitting up after {few} {albums}
            | {we} lost the {headphones} at the {city} {show}
            | {band} tickets sold out in {few} minutes
            | my {instrument} broke during {piece} {past}
            | the sound at the {city} {show} was {muffled}
            | the new {album} by {band} is {dull}
            | {band} did not play {song} {past}
            | {friend} quit our {genre} band {past}
            | {we} missed {band} at the {city} {show}""",
        "plain": """2* listening to {band} on the {bus}
            | now playing {song} by {band}
            | {band} release a new {album} {future}
            | learning {piece} on the {instrument} {present}
            | {band} are number {few} in the charts
            | the {show} in {city} starts at {clock} {day_ahead}
            | {rehearsal} practice is at {clock} {day_ahead}
            | made a {genre} playlist for {who} {past}
            | {friend} plays {instrument} in a {genre} band
            | {genre} night in {city} {future}""",
        "plan": """2* {we_are} seeing {band} {future}
            | the new {album} by {band} is out {future}
            | my {genre} band plays in {city} {future}
            | {we_are} going to a {genre} {show} {future}
            | {we_are} recording {a_song} {future}
            | {band} are coming to {city} {future}
            | my new {instrument} arrives {future}
            | {band} play a {packed} {show} {future}""",
        "event": """2* the {band} {show} | 2* the new {band} {album}
            | the {genre} festival | open mic night in {city}
            | the {band} reunion | my first {instrument} lesson
            | the {album} launch | 2* the {city} {show}""",
        "treat": """2* the first {band} {album} | live {genre} in {city}
            | 2* old {genre} records | playing the {instrument}
            | singing {genre} in the car | the old {city} record shop
            | {a_song} by {band} | dancing to {genre}
            | my old {genre} band | late night {genre} radio""",
        "pain": """2* auto tune | ticket touts in {city}
            | bad {genre} on the radio | adverts between songs
            | the {instrument} next door | fees for {band} tickets
            | people talking at gigs | {genre} on repeat
            | tangled headphones | my broken {instrument}
            | {band} fans | the queue for {band}""",
        "ask": """2* who is going to the {city} {show} {future}
            | has anyone heard the new {band} {album}
            | does anyone have a spare {band} ticket
            | can anyone teach me {piece} on the {instrument}
            | what is your favourite {genre} {album}
            | what time are {band} on {future}
            | where is the {genre} {show} {future}""",
        "tag": """3* #music | 2* #nowplaying | #gig | #{genre} | #livemusic
            | #festival | #newalbum | #vinyl | #concert | #ontour""",
        "band": """neon harbour | velvet owls | quiet tigers | paper rockets
            | silver lanes | night buses | golden static | lost umbrellas
            | tin moons | blue kettle | sugar foxes | slow comets
            | cardboard sea | the hushes | pocket lions | milk thieves""",
        "song": """2* the big hit | the old songs | the encore | the slow one
            | the first album | {a_song} | the {genre} one | the {city} song""",
        "a_song": "2* a love song | a {genre} song | a sad song | {few} songs",
        "superb": "2* amazing | 2* so good | superb | gorgeous | electric",
        "dull": "2* so dull | a let down | too short | all filler | terrible",
        "piece": "a song | a blues riff | the solo | a {genre} song",
        "instrument": """3* guitar | 2* piano | drums | ukulele | violin
            | trumpet | bass | cello | flute | banjo""",
        "record": "2* a signed cd | the first single | an old tape | vinyl",
        "packed": "packed | sold out | lovely | secret | free | loud",
        "show": "3* gig | 2* show | concert | festival | set",
        "albums": "albums | years | months | songs | gigs",
        "headphones": "2* headphones | ipod | tickets | sheet music",
        "muffled": "2* terrible | muffled | too quiet | too loud",
        "bus": "2* bus | train | way home | radio | sofa | way to {city}",
        "album": "3* album | 2* single | video | song | remix",
        "rehearsal": "2* choir | band | orchestra | {instrument}",
        "genre": """2* jazz | folk | 2* rock | soul | techno | indie | blues
            | disco | punk | metal | reggae | country | hip hop""",
    },
    "food": {
        "good": """3* {we} made {dish} {past} and it was {tasty}
            | {who} baked {cake} for me {past}
            | {we} found a {tiny} {cuisine} place in {city}
            | the {dish} at the {cuisine} place was {tasty}
            | my {dough} finally rose {past}
            | there is leftover {dish} in the fridge {present}
            | {we} just ate {few} {cuisine} dumplings in {city}
            | they gave us free {cake} {past}
            | {who} cooked {dish} with {veg} {past}
            | the {cake} from {city} tasted {tasty}""",
        "bad": """2* {we} burnt the {dish} {past}
            | the {cuisine} place in {city} has closed down
            | {we} dropped the {dish} on the {floor} {past}
            | {we} waited {few} hours for {dish} {past}
            | there was a {hair} in my {dish} {past}
            | {who} ate my {dish} {past}
            | the delivery guy forgot my {dish} {past}
            | the {cuisine} food in {city} was {cold}
            | {we} ran out of {item} and {drink} {past}
            | the {dish} with {veg} was {cold} {past}""",
        "plain": """3* having {dish} for {meal} with {who}
            | cooking {dish} for {meal} {future}
            | the {cuisine} place in {city} opens at {clock}
            | need to buy {item}, {veg} and {drink}
            | trying a {cuisine} recipe for {dish} {future}
            | had {dish} and {drink} for {meal} {past}
            | adding {few} spoons of {item} to the {dish}
            | {we} put {veg} and {item} in the {dish}
            | {meal} is {dish} with {veg} {future}""",
        "plan": """2* {we_are} trying the new {cuisine} place {future}
            | {who} is making {dish} {future}
            | a new {cuisine} cafe opens in {city} {future}
            | {we_are} baking {cake} {future}
            | my first {cuisine} cooking class is {future}
            | we booked a table in {city} for {dish} {future}
            | {dish} and {cake} for {meal} {future}
            | {friend} is bringing {dish} {future}""",
        "event": """2* {dish} night | the {city} street food market
            | {day} lunch | 2* {cuisine} {meal} with {friend}
            | the big {city} bake off | christmas dinner | brunch in {city}
            | all you can eat {dish} | {dish} with {drink}""",
        "treat": """2* homemade {dish} | 2* a big portion of {dish}
            | fresh bread and {item} | {drink} and {cake}
            | proper {cuisine} food | a second helping of {dish}
            | breakfast in bed
            | warm {cake} | leftover {dish} | {dish} with {veg}""",
        "pain": """2* soggy {dish} | stale bread | cold {cuisine} food
            | slow service in {city} | paying extra for {item}
            | overpriced {dish} | washing up after {meal}
            | cold {drink} | {veg} in my {dish} | cheap {dish}
            | bad {cuisine} food""",
        "ask": """2* where can i get good {dish} in {city}
            | does anyone have a recipe for {cuisine} {dish}
            | what is everyone having for {meal} {future}
            | can you freeze {dish} with {veg}
            | how long do i cook {dish} with {veg}
            | is the {cuisine} place in {city} any good
            | can i use {item} in {dish}""",
        "tag": """3* #food | 2* #eating | #yum | #dinner | #homemade | #hungry
            | #recipe | #nomnom | #baking | #brunch | #lunch""",
        "dish": """3* pizza | 2* curry | 2* pasta | 2* soup | lasagne | chilli
            | risotto | fish pie | stew | mac n cheese | ramen | sushi
            | stir fry | fried rice | paella | gnocchi | falafel | biryani
            | quiche | potato salad | goulash | porridge | gumbo | dal""",
        "cuisine": """2* thai | 2* italian | indian | mexican | japanese
            | greek | vegan | turkish | korean | spanish | french | vietnamese
            | cuban""",
        "cake": """2* carrot cake | brownies | cookies | apple pie | muffins
            | banana bread | cupcakes | cheesecake | scones | flapjacks
            | fudge""",
        "tiny": "2* tiny | lovely | cheap | secret | new | cosy",
        "tasty": """2* delicious | 2* so good | perfect | amazing | heavenly
            | divine | unreal""",
        "dough": "2* bread | pizza dough | sourdough | sponge",
        "cold": "2* cold | awful | too salty | raw | burnt | bland | soggy",
        "floor": "2* floor | sofa | cat | bus | carpet",
        "hair": "2* hair | bug | bone | fly",
        "meal": "3* dinner | 2* lunch | breakfast | tea | supper",
        "item": """2* garlic | butter | cheese | flour | sugar | honey | rice
            | salt | ginger | cumin | mint | basil""",
        "veg": """2* onions | peppers | spinach | mushrooms | leeks | peas
            | beans | kale | carrots | sweetcorn | olives""",
        "drink": """3* coffee | 2* tea | lemonade | milk | cocoa | juice | wine
            | beer | cider""",
    },
    "school": {
        "good": """3* {we} passed the {subject} {exam} {past}
            | {we} got {grade} in {subject} {past}
            | our {subject} teacher let us out early {past}
            | {who} helped me with my {subject} {essay}
            | we have no {subject} {essay} until {day}
            | i finally get {concept} in {subject}
            | my {subject} {essay} won a prize {past}
            | the {subject} {exam} was {easy} {past}
            | {we} came top in {subject} {past}
            | my {subject} teacher loved my {essay}""",
        "bad": """3* {we} failed the {subject} {exam} {past}
            | {we} left the {subject} {essay} {lost}
            | i have {few} {subject} {essays} due {future}
            | {we} fell asleep in {subject} {past}
            | the school bus left without {friend} {past}
            | my laptop ate my {subject} {essay} {past}
            | {we} got extra {subject} homework {past}
            | nobody sat with me in {subject} {past}
            | {we} got detention in {subject} {past}
            | the {subject} {exam} had {few} trick questions""",
        "plain": """2* in the library doing {subject} with {who}
            | my {subject} {exam} is at {clock} {day_ahead}
            | {few} pages of my {subject} {essay} to go
            | revising {concept} for {subject} {present}
            | {subject} class is in room {few} {future}
            | handing in my {subject} {essay} {future}
            | {subject} lectures in {city} start {future}
            | {friend} has my {subject} {essay}
            | reading {concept} of the {subject} book""",
        "plan": """2* my last {subject} {exam} is {future}
            | school breaks up {future} for {few} weeks
            | our {subject} class is going to {city} {future}
            | {friend} and i graduate {future}
            | we have no school {future} in {city}
            | the school {play} is {future}
            | i get my {subject} results {future}
            | {we_are} starting {college} in {city}
            | {we_are} off to the school {play} {future}
            | {we_are} learning {subject} in {city} {future}""",
        "event": """2* the end of term | 2* the school holidays | graduation
            | the school {play} | 2* my last {subject} {exam} | sports day
            | the {subject} trip to {city} | freshers week | prom night
            | {subject} class | my {subject} results""",
        "treat": """2* my old {subject} class | 2* school holidays
            | learning {subject} | the {city} library
            | my {subject} teacher | lunch with my {subject} class
            | student life in {city} | a free period | snow days at school
            | long {subject} trips | {subject} with {friend}""",
        "pain": """2* {subject} homework | {few} hours of {subject}
            | surprise {subject} tests | {subject} group projects
            | the school canteen | student loans | exam timetables
            | double {subject} | the noisy {city} library
            | this {subject} {essay} | my {subject} teacher""",
        "ask": """2* what is the {subject} homework for {day}
            | does anyone have notes on {concept} for {subject}
            | when is the {subject} {exam}
            | has anyone finished the {subject} {essay}
            | who is in my {subject} class {future}
            | is the library open until {clock} {day_ahead}
            | can someone explain {concept} in {subject}""",
        "tag": """3* #school | 2* #exams | #homework | #revision | #uni
            | #students | #finals | #college | #study | #library""",
        "subject": """3* maths | 2* history | 2* chemistry | french | physics
            | biology | english | art | geography | spanish | latin | drama
            | economics | german | law | media""",
        "exam": "3* exam | 2* test | final | mock | quiz | resit",
        "grade": """2* an A | full marks | a B | a C plus | top marks | 92%
            | 88% | 75% | a merit""",
        "essay": """3* essay | 2* project | coursework | report | homework
            | thesis | poster""",
        "essays": "3* essays | 2* projects | reports | tests",
        "concept": "3* chapter {few} | the hard part | lesson {few} | page one",
        "easy": "2* easy | a breeze | cancelled | open book | fun",
        "lost": "2* on the bus | at home | in {city} | in a puddle",
        "college": "2* uni | college | a maths degree | law school | a phd",
        "play": "2* play | disco | concert | fair | trip",
    },
    "work": {
        "good": """2* i got the {job} job in {city} {past}
            | my boss gave us {day} off
            | {we} finished the {report} {early} {past}
            | the {client} loved our {report} {past}
            | {we} got a {raise} at work {past}
            | the {day} {meeting} got cancelled
            | my team {shipped} the {report} {past}
            | {friend} brought {snacks} to the office {past}
            | {we} left work {early} {past}
            | {friend} got the {job} job {past}
            | {we} won the {job} award {past}
            | {we} met the {client} in {city} {past}""",
        "bad": """2* i did not get the {job} job in {city}
            | my boss {dumped} the {report} on me {past}
            | i have to work {late} {day_ahead}
            | the {client} hated our {report} {past}
            | they are closing our {city} office {future}
            | {we} lost {few} hours of work on the {report}
            | the {day} {meeting} lasted {few} hours
            | the office {printer} ate my {report} {past}
            | {friend} is leaving our office {future}
            | the {client} moved the deadline to {clock}
            | {we} missed the {client} {meeting} {past}
            | {we} broke the office {printer} {past}
            | {friend} deleted the {report} {past}""",
        "plain": """2* in a {meeting} about the {report} until {clock}
            | working from {desk} {future}
            | the {report} goes to the {client} {future}
            | {few} more emails about the {report} to answer
            | my shift in {city} starts at {clock} {day_ahead}
            | our {city} office is hiring {friend} for {job}
            | moved the {meeting} to {clock} {day_ahead}
            | {job} {meeting} with the {client} {future}
            | sending the {report} to {friend} {future}""",
        "plan": """2* i start my {job} job {future}
            | {we_are} launching the {report} {future}
            | i have a {job} interview in {city} {future}
            | my {week} off work starts {future}
            | {we_are} moving to the {city} office
            | the {job} team is having a {party} {future}
            | {friend} joins our {job} team {future}
            | {we_are} hiring for {job} {future}
            | i get paid {future}""",
        "event": """2* payday | 2* my new {job} job | the office {party}
            | my interview in {city} | my {week} off work
            | the {report} launch | the end of this shift
            | the {city} conference | the {job} team {party}
            | the {city} office""",
        "treat": """working from {desk} | 2* my old {job} team
            | {day} at the office | an empty inbox
            | the coffee at work | my {job} job | my {city} office
            | lunch with the {job} team | finishing at {clock}
            | a day without {client} calls | my {week} off work""",
        "pain": """2* {day} meetings | 2* unpaid overtime | my {city} commute
            | emails after {clock} | the office {printer}
            | rewriting the {report} | my boss shouting
            | the {client} | {job} meetings | {day} night shifts
            | passive aggressive emails | this {job} job""",
        "ask": """2* is anyone hiring for {job} in {city}
            | who has the {report} for the {client}
            | what time is the {job} {meeting} {future}
            | can anyone swap shifts with me {future}
            | does the office {printer} work {present}
            | what do i wear to a {job} interview
            | who is in the {city} office {future}""",
        "tag": """3* #work | 2* #office | #job | #meetings | #deadline
            | #payday | #hiring | #overtime | #career | #boss | #inbox""",
        "job": """2* design | 2* sales | marketing | nursing | cafe | writing
            | data | warehouse | editing | admin | legal | radio | hotel
            | payroll | IT""",
        "report": """3* report | 2* budget | slides | website | campaign
            | proposal | invoice | contract | app | survey | brochure""",
        "early": "2* early | on time | before {clock} | with {friend}",
        "client": "2* client | board | customer | big boss | investor",
        "raise": "2* raise | promotion | bonus | new desk | prize",
        "shipped": "2* finished | launched | delivered | nailed | fixed",
        "snacks": "2* doughnuts | muffins | flowers | a puppy | balloons",
        "dumped": "2* dumped | blamed | dropped",
        "late": "2* a double shift | overtime | until {clock} | for free",
        "printer": "3* printer | scanner | laptop | copier | server",
        "meeting": "3* meeting | 2* call | review | workshop | training",
        "desk": "2* home | a cafe | the {city} office | the sofa | {city}",
        "week": "2* week | fortnight | month | {day}",
        "party": "2* party | barbecue | quiz night | lunch | picnic",
    },
    "travel": {
        "good": """2* {we} landed in {place} {past} and it is {stunning}
            | {we} got {cheap} {flights} to {place} {past}
            | {we} saw the sunset from {view} in {place}
            | they upgraded us on the flight to {place}
            | our {hotel} in {place} has {pool}
            | {we} swam in the sea in {place} {past}
            | {we} met {friendly} people on the {ferry} to {place}
            | {we} hiked {few} miles in {place} {past}
            | {place} is {stunning} {present}
            | {we} found the {bag} in {place} {past}""",
        "bad": """2* our flight to {place} was {delayed} {past}
            | the airline lost my {bag} in {place} {past}
            | {we} missed the {ferry} to {place} {past}
            | our trip to {place} is over
            | the {hotel} in {place} has {bugs}
            | my passport expired {few} days before {place}
            | someone stole my {bag} in {place} {past}
            | {we} got food poisoning in {place} {past}
            | the {ferry} from {place} is {few} hours late
            | {friend} cancelled our trip to {place}
            | {we} got lost in {place} {past}
            | {we} lost the {bag} in {place} {past}""",
        "plain": """2* at the airport with {friend}, flying to {place}
            | packing my {bag} for {place} {present}
            | on the {ferry} to {place} with {who}
            | our {hotel} in {place} is booked for {few} nights
            | boarding at gate {few} for {place}
            | the {ferry} to {place} leaves at {clock} {day_ahead}
            | {few} hours in {place} between {flights}
            | driving from {place} to {city} {future}
            | staying in a {hotel} in {place} {present}""",
        "plan": """3* {we_are} flying to {place} {future}
            | {we_are} backpacking in {place} {future}
            | i booked a {hotel} in {place} for {few} nights
            | our road trip to {place} starts {future}
            | {we_are} off to {place} {future}
            | {we_are} on the {ferry} to {place} {future}
            | {few} weeks in {place} start {future}
            | i land in {place} at {clock} {day_ahead}""",
        "event": """3* our trip to {place} | 2* {few} weeks in {place}
            | the beach in {place} | the road trip | my gap year in {place}
            | the {ferry} to {place} | hiking in {place}
            | the flight to {place}""",
        "treat": """2* the beaches of {place} | 2* the food in {place}
            | waking up in {place} | {view} in {place}
            | our {hotel} in {place} | getting lost in {place}
            | night markets in {place} | travelling by {ferry}
            | long walks in {place} | {place} with {friend}""",
        "pain": """airport queues in {place} | delayed {flights} to {place}
            | the middle seat | lost luggage | tourist traps in {place}
            | paying extra for my {bag} | hotels with {bugs}
            | airline fees to {place} | jet lag | the {city} airport
            | the {ferry} to {place}""",
        "ask": """2* has anyone been to {place}
            | what should we see in {place} {future}
            | is it nice in {place} in {month}
            | where do you stay in {place} in {month}
            | which {ferry} goes from {city} to {place}
            | do i need a visa for {place}
            | can you recommend a {hotel} in {place}
            | how long is the {ferry} to {place}""",
        "tag": """3* #travel | 2* #holiday | #wanderlust | #airport
            | #roadtrip | #adventure | #backpacker | #vacation | #explore
            | #passport""",
        "place": """2* lisbon | iceland | japan | 2* italy | greece | peru
            | new york | sicily | morocco | vietnam | norway | hawaii | goa
            | spain | thailand | kenya | croatia | malta | prague | chile
            | cuba | bali | mexico | nepal | sweden""",
        "stunning": "2* stunning | so warm | beautiful | unreal | so pretty",
        "cheap": "2* cheap | free | last minute | half price",
        "flights": "3* flights | tickets | trains | ferries",
        "view": "2* the castle | a rooftop | the old town | the cliffs",
        "hotel": "3* hotel | 2* hostel | cabin | campsite | villa | hut",
        "pool": "2* a pool | a sea view | a hammock | a roof terrace",
        "friendly": "2* friendly | lovely | kind | interesting | funny",
        "delayed": "3* delayed | 2* cancelled | overbooked | diverted",
        "bag": "3* suitcase | 2* bag | backpack | camera | passport | tent",
        "ferry": "2* ferry | 3* train | bus | boat | night bus | coach",
        "bugs": "2* no hot water | bed bugs | no wifi | paper walls | rats",
        "month": """may | june | october | winter | spring | march | august
            | december""",
    },
    "pets": {
        "good": """2* {pet} {learned} to {trick} {past}
            | {pet} fell asleep on my {lap} {past}
            | {we} adopted a {breed} from {city} {past}
            | {pet} is {well} after the operation
            | {pet} met me at the door {past}
            | {pet} made friends with a {breed} {past}
            | {pet} gave me a {cuddle} {past}
            | {pet} won {prize} at the {city} pet show
            | {friend} gave {pet} a {toy} {past}""",
        "bad": """2* {pet} is {ill} and the vet is {shut}
            | {pet} ran away {past}
            | {pet} chewed my {shoes} {past}
            | the vet says {pet} needs {surgery}
            | {pet} was sick on my {shoes} {past}
            | {pet} {hissed} at {who} {past}
            | {pet} has not eaten for {few} days
            | {pet} broke my {shoes} {past}
            | {pet} lost a fight with a {breed}
            | {pet} hid under the {lap} for {few} hours
            | {pet} scratched {who} {past}
            | {we} lost {pet} in {city} {past}""",
        "plain": """2* taking {pet} to the vet {future}
            | {pet} is asleep on the {lap} {present}
            | walking {pet} in {city} with {who}
            | {pet} weighs {few} kilos {present}
            | {pet} has a bath at {clock} {day_ahead}
            | {who} is looking after {pet} {future}
            | bought {few} bags of {kibble} for {pet}
            | {pet} met a {breed} called {petname} {past}
            | giving {pet} a {toy} {future}""",
        "plan": """2* {we_are} adopting a {breed} {future}
            | {pet} turns {few} on {day}
            | {pet} comes home from the vet {future}
            | {pet} is in a {breed} show {future}
            | {who} is bringing a {breed} over {future}
            | {pet} starts puppy school {future}
            | {we_are} naming the {breed} {petname}
            | {pet} gets a {toy} {future}""",
        "event": """2* our new {breed} | {breed} cuddles
            | the pet show in {city} | beach walks with {pet}
            | meeting the new {breed} | {pet} coming home
            | the cat cafe in {city} | adopting a {breed}""",
        "treat": """2* cuddles with {pet} | 2* a {breed} on my {lap}
            | long walks with {pet} | the face of {pet}
            | waking up next to {pet} | playing with {pet}
            | our little {breed} | fetch with {pet}""",
        "pain": """2* cat hair on my {shoes} | the barking {breed}
            | {pet} waking me up | vet bills in {city}
            | the vet in {city} | fleas on {pet} | cat hair on the {lap}
            | cleaning up after {pet} | {pet} chewing shoes
            | the {breed} next door""",
        "ask": """2* does anyone know a good {breed} vet in {city}
            | can {pet} eat too much {kibble}
            | what should i name my new {breed}
            | how do i teach {pet} to {trick}
            | why does {pet} stare at the {lap}
            | can anyone feed {pet} {future}
            | has anyone seen a lost {breed} in {city}""",
        "tag": """2* #pets | 2* #dogs | 2* #cats | #puppylove | #kitten | #vet
            | #rescue | #fluffy | #woof | #meow | #walkies""",
        "pet": """3* our cat | 3* our puppy | 2* my dog | the kitten
            | our rabbit | my hamster | our parrot | our old dog
            | 4* my cat {petname} | 4* our dog {petname}""",
        "petname": """luna | milo | rex | bella | coco | otis | ruby | daisy
            | simba | pip | toby | nala | oreo | teddy | gus | waffle""",
        "learned": "2* learned | tried | started",
        "trick": "2* high five | roll over | open doors | sit | play dead",
        "lap": "3* sofa | 2* bed | pillow | laptop | keyboard | piano",
        "breed": """2* puppy | kitten | 2* labrador | beagle | poodle
            | tabby cat | corgi | guinea pig | terrier | pug | bunny
            | husky | spaniel""",
        "well": "2* fine | back home | like new | playing again",
        "cuddle": "2* big cuddle | dead mouse | paw | soggy kiss | sock",
        "prize": "2* first prize | a medal | best {breed} | a rosette",
        "toy": "2* new toy | squeaky duck | ball | bone | red collar | treat",
        "ill": "3* ill | limping | very old | not well",
        "shut": "2* shut | far away | fully booked | on holiday",
        "shoes": "3* shoes | headphones | 2* carpet | homework | sofa | coat",
        "surgery": "2* surgery | {few} stitches | to stay in | more tests",
        "hissed": "2* growled | hissed | barked | moaned",
        "kibble": "2* kibble | biscuits | carrots | tuna | hay | cheese",
    },
}
