"""Sentences about nothing in particular, for calls that only test timing. Written for this project."""

LONG = (
    "the library on the corner closes for three weeks in August because they want to paint all of the reading rooms on the upper floor",
    "my neighbor keeps a small boat in the yard behind his house although the nearest lake is more than two hours away by car",
    "when the train stops at the border they usually change the engine and that gives you enough time to buy a coffee at the kiosk",
    "the road to the old mill runs along the river for a while and then it climbs up through the forest towards the village",
    "last winter the snow was so deep that nobody in our street could find the place where they had left their bicycles in autumn",
    "the woman who runs the bakery told me that she gets up at two every morning and goes to bed before the evening news",
    "there is a piano in the waiting room of the station and sometimes a stranger sits down and plays until the next train arrives",
    "we planted four apple trees behind the garage and only one of them has ever had more than a handful of apples on it",
    "the museum has a room full of clocks that all show a different time because nobody remembers how to set them properly anymore",
    "if you take the second bridge instead of the first one you avoid the market and you get to the harbor ten minutes earlier",
    "his grandfather built the kitchen table out of an old barn door and it still stands in the same corner next to the stove",
    "the orchestra practices in the school on Tuesdays so the children in the evening class have to move to the small gym downstairs",
    "our cat likes to sleep on the printer because it stays warm for about an hour after somebody has used it in the morning",
    "the ferry was late again yesterday and the whole crowd on the pier began to sing until the captain waved from the upper deck",
    "she collects maps of cities that she has never visited and hangs them on the wall of the hallway in order of their size",
    "the new swimming pool has a slide that is almost as long as the street and you can see it from the motorway at night",
    "every spring the farmers bring their sheep through the middle of the town and the shops close their doors for half a day",
    "the lamp over the front door switches itself on whenever the wind moves the bushes so it burns for most of the night",
    "they found an old letter behind the mirror in the hall and it took them a month to learn who had written it",
    "the path around the lake is nearly eight miles long and there are only two places where you can sit down in the shade",
    "my brother repairs radios in his cellar and he says that the oldest ones are the easiest because you can see every part",
    "on the first floor of the town hall there is a model of the city made of wood with every single house in it",
    "the coffee machine in our office makes a noise like a small tractor but nobody wants to replace it because the coffee is good",
    "we drove through the valley with all the windows open and you could smell the hay that they had cut on that same morning",
)

SHORT = (
    "The bus leaves from the other side of the square.",
    "I think the blue one is in the cupboard upstairs.",
    "They painted the fence twice last summer.",
    "The keys are hanging next to the mirror.",
    "We had soup and bread for lunch yesterday.",
    "It rained for most of the afternoon.",
    "The meeting room is at the end of the corridor.",
    "My sister moved to the coast in March.",
    "The second window does not close very well.",
    "There are twelve chairs around the table.",
    "He bought the bicycle from a friend at work.",
    "The garden looks quite different in the autumn.",
)

ACKNOWLEDGEMENTS = ("Right.", "Okay.", "I see.", "Yeah.", "Sure.", "All right.", "Oh, okay.", "Of course.")

ATTEMPTS = (
    "But the point I wanted",
    "Well, the thing is that",
    "Sorry, can I just say",
    "Hang on, I was going to",
    "Excuse me, one more thing",
    "Actually, what I meant was",
    "Yes, but the other day",
    "Wait, before you go on",
)
