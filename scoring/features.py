"""What the wording of a sentence tells beside its meaning: who is spoken of, question or statement, and the marks of service talk.

Each feature is 0 or 1 (a few are shares). They are computed on text without punctuation, so that a recogniser's
missing question mark costs one feature, not the sentence.
"""

import hashlib
import re

import numpy as np

_FEELINGS = (
    r"frustrat\w*|upset\w*|stress\w*|worr(?:y|ied|ying|ies)|overwhelm\w*|exhaust\w*|disappoint\w*|hurt\w*|angry|anger|scar(?:ed|y)|annoy\w*|"
    r"sad|sadness|lonely|alone|afraid|fear\w*|frighten\w*|anxious|anxiety|nervous|tired|helpless|hopeless|ashamed|guilty|embarrass\w*|"
    r"confus\w*|torn|lost|stuck|fed up|furious|mad|unhappy|depress\w*|pain\w*|heartbr\w*|devastat\w*|unfair|betrayed|ignored|let down|"
    r"proud|happy|glad|relie(?:f|ved)|excited|hopeful|grateful|comfortable|concern(?:s|ed|ing)?|uneasy|irritat\w*|distress\w*|difficult|"
    r"hard|tough|rough|awful|terrible|horrible|dreadful|nightmare|painful|miserable|sucks"
)
_TIMES = (
    r"today|tonight|tomorrow|this (?:morning|afternoon|evening|week|month)|next (?:week|month|working|business)|monday|tuesday|wednesday|"
    r"thursday|friday|saturday|sunday|noon|midday|midnight|o'?clock|\d+ ?(?:am|pm)|within|minutes?|hours?|days?|weeks?|"
    r"january|february|march|april|june|july|august|september|october|november|december|by the end of|in the next|straight away|right away|"
    r"first thing|immediately|(?:by|at|before|until) (?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
)

_BAD_FEELINGS = (
    r"frustrat\w*|upset|stress\w*|worr(?:y|ied|ying)|overwhelm\w*|exhaust\w*|disappoint\w*|hurt(?:ing)?|angry|scared|annoy\w*|sad|"
    r"lonely|afraid|frighten\w*|terrified|anxious|nervous|tired|helpless|ashamed|embarrass\w*|confus\w*|lost|stuck|fed up|furious|mad|"
    r"unhappy|depress\w*|heartbroken|devastated|gutted|ignored|let down|desperate|shaking|in tears|crying|cried|sick of|sick with|"
    r"at my wits' end|at my wit's end|losing my mind|going mad|beside (?:myself|themselves|yourself)|dread\w*|panick\w*|livid|cross|"
    r"shaken|torn|miserable|concerned|uneasy|irritated|appalled|disgusted|fuming|distraught"
)
_BAD_SITUATIONS = (
    r"frustrating|upsetting|stressful|worrying|overwhelming|exhausting|disappointing|hurtful|scary|annoying|sad|lonely|frightening|"
    r"embarrassing|confusing|infuriating|maddening|hard|tough|rough|awful|terrible|horrible|dreadful|nightmare|painful|miserable|"
    r"shock|difficult|unpleasant|devastating|heartbreaking|unsettling|unfair|bitter|shame|a pain|bad luck|mortifying|nerve.?racking|wearing"
)

_MARKS: tuple[tuple[str, str], ...] = (
    ("own_feeling", rf"\b(?:i|we)(?:'m| am|'re| are| was| were|'ve been| feel| felt| got| get|'d be|'m getting)(?: \w+){{0,3}} (?:{_BAD_FEELINGS})\b|\b(?:makes?|made|making|driving|drives) me\b"),
    ("your_feeling", rf"\byou(?:'re| are| were| must| sound| feel| felt| seem|'ve been| look|'d be|r)(?: \w+){{0,4}} (?:{_BAD_FEELINGS}|{_BAD_SITUATIONS})\b|\byour (?:frustration|anger|worry|worries|disappointment|concern|concerns|fear|pain)\b|\b(?:must|can|can't) (?:have been|be|feel)(?: \w+){{0,3}} (?:{_BAD_FEELINGS}|{_BAD_SITUATIONS})\b"),
    ("bad_situation", rf"\b(?:that's|that is|this is|it's|that was|it was|how|sounds|what a|that must|been)(?: \w+){{0,4}} (?:{_BAD_SITUATIONS})\b"),
    ("own_apology", r"\b(?:i|we)(?:'m|'re| am| are| do| want to|'d like to| would like to| must| really)?(?: \w+){0,2} (?:sorry|apologi[sz]e)\b|\bmy (?:sincere |sincerest )?apolog\w+|^(?:oh |so |very |really )*sorry (?:about|for|that|you)\b"),
    ("we_cannot", r"\b(?:i|we)(?:'m|'re| am| are)?(?: \w+){0,2} (?:can't|cannot|can not|not able to|unable to|couldn't|don't do|don't offer)\b|\b(?:i|we) (?:can't|cannot)\b|\bnothing (?:else |more |at all )?(?:i|we) can do\b|\bnot possible\b|\bthere's nothing\b"),
    ("you_should_have", r"\byou (?:really )?(?:should|could|ought to|needed to)(?:n't)? ?(?:have|'ve)\b|\bwhy didn't you\b|\bif you(?:'d| had)\b"),
    ("i_will_contact", r"\b(?:i'll|i will|i'm going to|i can|we'll) (?:\w+ ){0,4}(?:call|ring|phone|telephone|text|email|write|check in|check back|get back|follow up|be in touch|let you know)\b|\byou'll (?:hear|get a (?:call|text|message)) from me\b|\bhear from me\b|\bmy call\b"),
    ("i_do_by_time", rf"\b(?:i'll|i will|i'm|we'll|we're|it'll|it's|it will|they'll|he'll|she'll|will be|you'll have|is booked|booked)\b(?: [\w']+){{0,12}} (?:{_TIMES})\b"),
    ("enumerates", r"^(?:(?:okay|right|good|great|perfect|alright) )*(?:so|then|to|just|once more|in short)\b.* and (?:i|i'll|you|you'll|the|your|my|we)\b"),
    ("on_us", r"\b(?:on us|on me|on the house|(?:taken?|taking|took|knock\w*) (?:\w+ ){0,4}off|fee is gone|free of charge|for nothing|no charge|at no cost|half price|our expense|cover(?:ing)? (?:the|your|both)|make (?:it )?up (?:for|to)|for (?:all )?(?:the|your) (?:trouble|wait|hassle|inconvenience))\b"),
    ("our_fault", r"\b(?:our|my|we) (?:\w+ ){0,2}(?:mistake|fault|error|slip|failing|doing|responsibility|mess(?:ed)?|missed|got it wrong|should have|shouldn't have|let you down|dropped the ball)\b|\bthat's on us\b|\bput (?:it|this|that|things) right\b|\bmake (?:it|this) (?:right|good)\b"),
    ("stays_with_it", r"\b(?:leave (?:it|this|that) with me|stay with (?:it|this|you)|see (?:it|this) through|take care of|look after (?:it|this|that)|sort (?:it|this|that) out|get to the bottom|chase|my desk|stops with me|myself|personally|i'm taking charge|i own|take (?:it|this|that) (?:on|over))\b"),
    ("plainly", r"\b(?:(?:that|which|it|this|all (?:that|it)|by that)(?:'s)? (?:just |only |simply |basically )?means?|in (?:plain|simple|other|everyday) (?:words|terms|english)|put simply|simply put|that's (?:the|a|an|just the) (?:\w+ ){1,3}(?:you|that|your|of|for)|called|in short|nothing more than|think of it)\b"),
    ("picks", r"^(?:(?:okay|ok|yes|yeah|well|right|then|oh) )*(?:the|that|this) (?:\w+ ){0,3}(?:please|then|one|works?|is (?:fine|good|great|perfect)|sounds|would be|will do|suits)\b|\b(?:is|that's|sounds|would be|works|suits)(?: \w+){0,2} (?:fine|good|great|perfect|lovely|better|best)\b|\blet's (?:do|go|take|try)\b|\bi'll (?:take|have|go)\b|\bgo ahead\b|\byes please\b|\bfair enough\b"),
    ("relieved", r"\b(?:relief|relieved|load off|weight off|stone off|thank (?:god|goodness|heavens)|phew|brilliant|wonderful|that's (?:so |really |very )?(?:kind|great|good|nice|decent|lovely)|appreciate|cheers|bless you|sleep tonight|feel better)\b"),
    ("opens_with_question_word", r"^(?:(?:and|so|okay|ok|well|right|now|then|but|sorry) )*(?:what|how|why|when|where|which|who|whose)\b"),
    ("opens_like_yes_no", r"^(?:(?:and|so|okay|ok|well|right|now|then|but|sorry) )*(?:do|does|did|is|are|was|were|have|has|had|will|would|can|could|should|shall|may|might)(?:n't)? (?:you|i|we|it|that|this|there|they|he|she|your|the|my|any|someone|anything)\b"),
    ("mocks", r"\b(?:poor (?:you|thing|soul|dear)|how (?:terrible|awful|dreadful|tragic|original|clever|thoughtful|convenient|very)|medal|applause|tragedy|catastrophe|violin|drama|butler|palace|throne|majesty|highness|king|queen|royal|pony|unicorn|chauffeur|red carpet|crystal ball|wand|handkerchief|end of the world|(?:heaven|god) forbid|boo hoo|cry me|bleed\w*|lucky you|how (?:ever|on earth)|genius|bravo|(?:a|the) whole (?:\w+ )?(?:seconds?|minutes?|hours?|day))\b"),
    ("grand", r"\b(?:ever so|terribly|utterly|simply|deeply|unbearable|immense|greatest|endless|such a|entire|universe|planet|(?:in|of|on) (?:the|this) (?:whole )?world|earth|humanity|history|forever|for ever|thousand|million|all day|all year)\b"),
    ("question_word", r"\b(?:what|how|why)\b"),
    ("invites", r"\b(?:tell me|talk me through|walk me through|help me understand|describe|take me through|share with me|say (?:a (?:little|bit) )?more)\b"),
    ("tag_question", r"\b(?:right|is that right|is that correct|correct|isn't it|don't you|aren't you|didn't you|have i got that|did i get that|okay|yes)$"),
    ("says_i", r"\b(?:i|i'm|i'll|i've|i'd|me|my|myself)\b"),
    ("opens_with_i", r"^(?:(?:and|so|okay|ok|well|right|now|but) )*(?:i|i'm|i'll|i've|i'd)\b"),
    ("says_we", r"\b(?:we|we're|we'll|we've|we'd|our|us|let's)\b"),
    ("says_you", r"\b(?:you|you're|you've|you'll|you'd|your|yours|yourself)\b"),
    ("opens_with_you", r"^(?:(?:and|so|okay|ok|well|right|now|but|then|yeah) )*(?:you|you're|you've|you'd|your)\b"),
    ("says_they", r"\b(?:he|she|they|they're|they'll|him|her|them|his|their|someone|somebody)\b"),
    ("opens_with_so", r"^(?:(?:okay|ok|right|well|and|yeah) )*so\b"),
    ("seems", r"\b(?:sounds?|seems?|looks?|feels?) (?:like|as if|as though|to me)\b|\b(?:sounds|seems) (?:really |very |so |pretty |quite )?\w+ing\b|\bi(?:'m)? (?:hear|hearing|sense|sensing|gather|get the (?:sense|feeling|impression))\b|\bwhat (?:i'm|i am) hearing\b|\bif i (?:understand|understood|follow|hear)\b|\bin other words\b|\byou(?:'re| are) saying\b"),
    ("inner_state", r"\byou(?:'re| are|'ve| have|'d| would| had)? (?:just |really |also |kind of |still |even |don't |do not |never )*(?:been )?(?:feel\w*|felt|want\w*|wanted|need\w*|know|think\w*|like|love|hope\w*|wish\w*|worr\w+|care|believe|see|notic\w+|wonder\w*|wondering|afraid|scared|tired|not sure|looking for|thinking|trying|tried|concerned|struggl\w+|enjoy\w*|hat(?:e|ed)|miss|realiz\w+|realis\w+|figur\w+|decid\w+|consider\w*)\b"),
    ("two_sides", r"\b(?:on the one hand|on the other hand|part of you|at the same time|but you also|and yet|even though)\b"),
    ("must_be", r"\bmust (?:be|have been|feel|have felt)\b"),
    ("feeling_word", rf"\b(?:{_FEELINGS})\b"),
    ("intensifier", r"\b(?:really|so|very|extremely|incredibly|terribly|truly|absolutely|completely|totally)\b"),
    ("understands", r"\b(?:understand|understandable|understandably|appreciate|hear you|get (?:it|that|why)|see (?:why|how)|imagine|relate)\b"),
    ("normalises", r"\b(?:any(?:one|body)|most people|every(?:one|body)|i would|i'd) (?:\w+ ){0,4}(?:would|feel|be)\b|\b(?:every|good) reason\b|\bevery right\b|\b(?:makes?|made) (?:\w+ )?sense\b|\b(?:natural|normal|reasonable|fair|valid|not wrong|justified|don't blame you|only human)\b"),
    ("sorry", r"\b(?:sorry|apolog\w+|forgive|regret)\b"),
    ("sorry_for", r"\b(?:sorry|apologi[sz]e|apology|apologies) (?:that|about|for|this|you|we|i)\b"),
    ("sorry_query", r"^(?:i'm )?sorry (?:what|could|can|who|which|where|did|say|i didn't|i missed|i couldn't|was that|how)\b"),
    ("hope", r"\b(?:hope|wish you|rooting|sending|thoughts? (?:are )?with|hugs?|bless|take care of yourself|here for you|not alone)\b"),
    ("praise", r"\b(?:well done|good (?:job|for you|idea|thinking|point)|great (?:job|idea|that you)|congrat\w+|proud of|impress\w+|that's (?:great|good|awesome|wonderful|fantastic)|strength|brave|thank you for (?:telling|sharing|being|letting|bringing|calling|raising|pointing))\b"),
    ("thanks", r"\b(?:thank|thanks|appreciate|grateful)\b"),
    ("patience", r"\b(?:patien\w+|(?:for|you) (?:waiting|wait)|for holding|your time|bearing with|hanging on|holding on)\b"),
    ("takes_in", r"^(?:(?:oh|ah|okay|ok|yeah|yes|right|mm|sure|well) )*(?:i see|mmhmm|mhm|uhhuh|mm|hm+|got it|gotcha|understood|i hear you|i follow|i get (?:it|that)|okay|ok|right|sure|yeah|absolutely|of course|wow|exactly)\b"),
    ("directive", r"\byou (?:really |just |simply |will |'ll )?(?:need to|have to|got to|should|shouldn't|must|mustn't|ought to|had better|better)\b|\byou've got to\b|\byou'll (?:have|need) to\b|\bwhy (?:don't|didn't) you\b"),
    ("should_have", r"\b(?:should|could|ought to|needed to) ?(?:have|'ve|of)\b|\bwere supposed to\b|\bwhy (?:didn't|haven't|did) you\b"),
    ("suggests", r"\b(?:you (?:could|might|may|can) (?:try|want|consider|also)|how about|what (?:about|if) (?:you|we)|have you (?:tried|thought|considered)|try (?:to|and|not)|i(?:'d| would) (?:suggest|recommend|advise))\b"),
    ("cannot", r"\b(?:can't|cannot|can not|couldn't|unable|not able|not possible|impossible|won't be able|no way|not allowed|don't (?:do|offer|have)|doesn't allow|nothing (?:i|we|more))\b"),
    ("negated", r"\b(?:not|n't|never|no|none|nothing|nobody|can't|won't|don't|didn't|doesn't|isn't|aren't|wasn't|wouldn't|couldn't|haven't|hasn't)\b"),
    ("but", r"\b(?:but|however|although|though)\b"),
    ("policy", r"\b(?:policy|policies|procedures?|rules?|regulations?|terms|contract|guidelines?|protocol|the system|the computer|allowed to|standard)\b"),
    ("elsewhere", r"\b(?:department|another team|other team|colleagues?|transfer\w*|put you through|pass(?:ing|ed)? (?:you|this|it) (?:on|over)|call (?:them|back|another|the)|contact (?:them|the)|different (?:number|line|team)|not my|website|branch|head office|their (?:job|side))\b"),
    ("can_do", r"\b(?:what (?:i|we) can (?:do|offer)|(?:here's|this is) what (?:i|we)|i(?:'m| am)? (?:can|able to|happy to|glad to)|we(?:'re| are)? (?:can|able to|happy to)|i can|we can)\b"),
    ("choice", r"\b(?:either|or|options?|alternatively|choices?|two ways|one is|another (?:is|way|option)|you (?:could|can) (?:also|either))\b"),
    ("prefers", r"\b(?:prefer|rather|which (?:one|of|would|option|suits|works|do)|what (?:would|works|suits)|suit(?:s)? you|works? (?:best|better) for you|would you like|happier with|sounds? better|fine with you|okay with you|up to you)\b"),
    ("i_will", r"\b(?:i'll|i will|i'm going to|i am going to|i've (?:just |already |now )?\w+(?:ed|nt|t|n)|let me|we'll|we will|we're going to|i'm (?:sending|booking|raising|putting|adding|taking|calling|going))\b"),
    ("owns", r"\b(?:myself|personally|take (?:care|ownership|responsibility|charge)|my (?:responsibility|job|name|direct|mistake|fault)|our (?:mistake|fault|error|side|end)|own this|leave (?:it|this|that) with me|on (?:us|me)|see (?:this|it|that) through|up to me|stay (?:on|with))\b"),
    ("time", rf"\b(?:{_TIMES})\b"),
    ("vague_time", r"\b(?:soon|shortly|at some point|sometime|eventually|in due course|when (?:they|we) can|as soon as (?:possible|they|we)|hopefully|might|maybe|probably|should be|try to|look into it|see what|get around|one of these days|no idea when|sooner or later|in a while|whenever)\b"),
    ("contact", r"\b(?:call(?:ing)? you|ring(?:ing)? you|phone you|e ?mail|text|message|send you|get back to you|in touch|follow up|check (?:in|back)|callback|call back|write to you|hear from)\b"),
    ("sums_up", r"\b(?:recap|summari[sz]e|summary|to sum|go over|went over|going over|agreed|to confirm|run through|read (?:that|this|it) back|so we(?:'ve| have|'re)|just to be sure|in short|next steps)\b"),
    ("solved", r"\b(?:resol\w+|sorted|solv\w+|fixed|taken care of|answer(?:s|ed)? your|working (?:now|again)|happy with|all (?:set|good|done|clear)|everything (?:you|okay|clear)|covered everything|anything else|does that (?:help|work|sort|answer|cover|sound|make|settle))\b"),
    ("gesture", r"\b(?:refund\w*|credit\w*|voucher|waiv\w+|free|compensat\w+|discount|gesture|goodwill|complimentary|no charge|on the house|take (?:the|that|it) off|knock|upgrade\w*|for your trouble|make it up|points|gift|extra)\b"),
    ("superior", r"\b(?:supervisors?|managers?|escalat\w+|senior|team lead(?:er)?|specialist|someone (?:above|higher)|head of|in charge)\b"),
    ("greets", r"\b(?:good (?:morning|afternoon|evening)|hello|hi|welcome|thank you for calling|thanks for calling|you're (?:through|speaking)|this is|my name(?:'s| is)|speaking|how (?:can|may) i help|what can i do for you|how can i be of)\b"),
    ("closes", r"\b(?:goodbye|bye|have a (?:good|great|nice|lovely)|take care|enjoy (?:your|the)|thanks? (?:again|for (?:calling|your (?:call|time)))|good ?night|speak (?:to you )?soon|all the best|pleasure)\b"),
    ("hold", r"\b(?:hold|hang on|bear with|one moment|a moment|just a (?:second|sec|minute|moment)|one (?:second|sec|minute)|a minute|be right back|moment please|stay on the line|(?:while|and) i(?:'ll)? (?:check|look|pull|get|find|speak|ask|ring|run|go)|put you on|hear (?:some|a bit of) music|right back)\b"),
    ("calm", r"\b(?:calm\w*|relax|settle down|chill|take a breath|breathe|temper|cool (?:it|off|down)|easy now|tone|raise your voice|raising your voice|shout\w*|yell\w*|worked up|overreact\w*|emotional|dramatic|hysterical)\b"),
    ("respect", r"\b(?:respect\w*|language|swear\w*|insult\w*|abus\w+|names|civil|polite\w*|end (?:the|this) call|speak to me)\b"),
    ("blames", r"\b(?:your (?:fault|mistake|own|end|responsibility|error|problem|side)|you (?:didn't|failed|forgot|never|must have|entered|gave|caused|broke|ignored|missed|clearly)|you're the one|because you)\b"),
    ("argues", r"\b(?:that's not (?:true|right|what|correct|how)|you're wrong|not true|i never (?:said|told)|i didn't say|actually|as i (?:said|told)|like i said|i (?:already )?(?:told|explained)|my (?:notes|records|screen)|according to|no you|in fact|the fact is|wrong)\b"),
    ("belittles", r"\b(?:not (?:a|that) big|no big deal|just a|only a|it's only|it's just|nothing to|overreact\w*|everyone (?:has|gets)|happens (?:to|all)|don't see (?:the|what|why)|not (?:that|so) bad|whatever|so what|get over|could be worse|not the end|not my problem|what do you (?:want|expect)|small|minor|little|fuss)\b"),
    ("again", r"\b(?:again|once more|one more time|repeat|remind me|another time|start over|from the (?:start|beginning|top)|what was (?:your|it|that|the))\b"),
    ("permission", r"\b(?:may i|(?:would|is) it (?:be )?(?:ok|okay|all right|alright|fine)|(?:do|would) you mind|can i (?:ask|suggest|share|offer|just|explain|make|give|tell|check)|could i|if (?:i|you) (?:don't mind|may)|shall i|with your permission|am i okay to|if that's (?:ok|okay|all right|alright)|are you (?:okay|open|happy|comfortable) (?:with|to|if))\b"),
    ("reassures", r"\b(?:don't worry|no need to worry|rest assured|good hands|right place|we'll (?:get|sort|find|figure|work)|i'll (?:get|sort|make sure|see)|safe|secure|won't (?:lose|be charged|happen|have to|leave|let)|not (?:going to|alone)|make sure|promise|assure|guarantee|together|help you|here to help|taken care)\b"),
    ("pushes", r"\b(?:decide (?:now|today|right)|only (?:today|valid|for)|last chance|now or never|expires?|limited|today only|sign (?:up )?(?:now|today)|miss (?:out|this)|before it's|take it or leave|act now|regret|everyone else|hurry|won't (?:get|find) (?:a )?better|lose (?:the|this|your))\b"),
    ("shared_goal", r"\b(?:both|same (?:page|thing|side|goal|boat)|together|agree (?:with you )?(?:on|that)|you and (?:i|me)|common|we want|as much as you|between us)\b"),
    ("explains", r"\b(?:that means|which means|in (?:plain|simple|other|everyday) (?:words|terms|english)|basically|simply put|to put it|in short|all that means|meaning|think of it|what that is|that's (?:just )?(?:the|a|another) (?:word|term|name))\b"),
    ("reports", r"\b(?:you said|you told|he (?:said|told|says)|she (?:said|told|says)|they (?:said|told|say|says)|told (?:me|you|us)|(?:says|said) (?:that|he|she|they)|the (?:letter|e ?mail|note|agent|script|notes) (?:say|says|said))\b"),
    ("supposes", r"^(?:(?:and|so|okay|ok|well|but) )*(?:if|unless|suppose|imagine|had)\b|\b(?:would have|could have|wish i|if only)\b"),
    ("leaves", r"\b(?:cancel\w*|switch\w*|leav(?:e|ing)|clos(?:e|ing) (?:my|the) account|competitor|other (?:company|provider)|another (?:company|provider|bank|supplier)|take my business|never (?:again|use|buy|shop)|done with)\b"),
    ("law", r"\b(?:lawyers?|solicitors?|attorney|court|sue|suing|legal|ombudsman|regulator|small claims|watchdog|trading standards|press|newspaper|lawsuit|report you|reporting)\b"),
    ("insults", r"\b(?:idiots?|stupid|morons?|useless|incompetent|damn|hell|crap|bloody|shut up|liars?|lying|pathetic|clown|joke|dumb|fool|bastard\w*|fuck\w*|shit\w*|arse\w*|ass\w*|bitch\w*)\b"),
    ("unsure", r"\b(?:not sure|don't know|can't decide|maybe|i guess|perhaps|on the fence|in two minds|torn|think about it|hmm|let me think|what do you think|either way|what would you do)\b"),
    ("consents", r"^(?:(?:oh|ah|okay|ok|yes|yeah|well|alright|right|great) )*(?:that (?:works|sounds|would|is|helps)|sounds|that's (?:fine|great|good|perfect|fair|brilliant|lovely|wonderful)|perfect|great|brilliant|lovely|fine|okay|yes please|go ahead|let's do|i'll take|deal|fair enough|thank you)\b"),
    ("demands", r"\b(?:i (?:want|demand|expect|insist|need)|i'm not (?:leaving|hanging|going|paying|accepting)|you (?:people|lot|owe)|right now|this (?:second|minute|instant)|immediately|or else|full)\b"),
    ("barbed", r"\b(?:oh (?:great|good|wonderful|lovely|brilliant|sure|no|of course)|how (?:nice|lovely|wonderful|convenient|kind)|must be nice|if you say so|whatever|fine|sure|typical|i'm sure you|don't (?:worry|mind) (?:about )?me|as usual|of course (?:you|it|not)|no no|lucky me|wouldn't want|silly me|never mind)\b"),
    ("complains", r"\b(?:still|never|again|nobody|no one|third time|second time|twice|three times|weeks?|hours?|keep\w* (?:on )?\w+ing|ridiculous|unacceptable|disgrac\w+|appalling|shambles|enough|sick of|tired of|waste|wasted|broken|wrong|late|missing|charged|overcharged|lost|fault\w*|not working|doesn't work|stopped)\b"),
)  # fmt: skip

NAMES: tuple[str, ...] = tuple(name for name, _ in _MARKS) + ("question_mark", "short", "length", "exclaims", "placeholder_name")
_COMPILED = tuple(re.compile(pattern) for _, pattern in _MARKS)


def wording(lower: str, plain: str) -> np.ndarray:
    """The features of one sentence, float32, shape (len(NAMES),). `lower` keeps punctuation, `plain` does not."""
    values = [1.0 if pattern.search(plain) else 0.0 for pattern in _COMPILED]
    count = plain.count(" ") + 1 if plain else 0
    values += [
        1.0 if "?" in lower else 0.0,
        1.0 if count <= 3 else 0.0,
        min(count, 30) / 30.0,
        1.0 if "!" in lower else 0.0,
        1.0 if "[name]" in lower else 0.0,
    ]
    return np.array(values, dtype=np.float32)


def has(plain: str, *names: str) -> bool:
    """Whether a sentence shows any of the named marks."""
    return any(_COMPILED[_POSITION[name]].search(plain) for name in names)


def asks(lower: str, plain: str) -> bool:
    """Whether a sentence is a question: by its mark, or by its first words where the recogniser wrote none."""
    return "?" in lower or has(plain, "opens_with_question_word", "opens_like_yes_no")


_POSITION = {name: position for position, (name, _) in enumerate(_MARKS)}


def fingerprint() -> str:
    """Changes with any feature."""
    return hashlib.sha256(repr(_MARKS).encode()).hexdigest()[:12]
