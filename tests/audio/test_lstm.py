import numpy as np

from audio.lstm import LstmLayer


def test_a_layer_does_what_is_written_about_long_short_term_memory():
    draw = np.random.default_rng(0)
    units, inputs = 6, 5
    shapes = ((inputs, 4 * units), (units, 4 * units), (4 * units,))
    layer = LstmLayer(*(draw.normal(0.0, 0.3, shape).astype(np.float32) for shape in shapes))
    steps = draw.normal(size=(3, 2, inputs)).astype(np.float32)

    def gate(number, given, state):
        own = slice(number * units, (number + 1) * units)
        return given @ layer.from_input[:, own] + state @ layer.from_state[:, own] + layer.bias[own]

    def squeezed(values):
        return 1.0 / (1.0 + np.exp(-values))

    for voice in range(2):
        state, cell = np.zeros(units), np.zeros(units)
        for step in range(3):
            given = steps[step, voice]
            let_in, keep, let_out = (squeezed(gate(number, given, state)) for number in (0, 1, 3))
            cell = keep * cell + let_in * np.tanh(gate(2, given, state))
            state = let_out * np.tanh(cell)
            np.testing.assert_allclose(layer.through(steps)[step, voice], state, atol=1e-5)
