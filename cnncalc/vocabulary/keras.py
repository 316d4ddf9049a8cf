"""The layers of Keras that its dialect does not cover: of data, containers, and what is written otherwise."""

TITLE = "Keras"
SOURCE = "keras.layers of Keras 3.15"

WORDS = """
ActivityRegularization |  |  | it changes no number: leave it out
AdditiveAttention | opaque |  | it has as many weights as features
AveragePooling | avg_pool
CategoryEncoding |  |  | data are prepared before the `input`
Conv2DTransposed | conv_transpose
Discretization |  |  | data are prepared before the `input`
EinsumDense | dense |  | along the last axis; a conv of kernel 1 is the same along the channels
Functional |  |  | several networks of a file stand under `models:`, parts of one under `blocks:`
GRUCell | gru
GroupQueryAttention | multi_head_attention: {kv_heads: 2, …}
HashedCrossing |  |  | data are prepared before the `input`
Hashing |  |  | data are prepared before the `input`
InputLayer |  |  | it is the `input` of the file
IntegerLookup |  |  | data are prepared before the `input`
LSTMCell | lstm
MaxPool2D | max_pool | size: pool_size, stride: strides
Model |  |  | several networks of a file stand under `models:`, parts of one under `blocks:`
RandomBrightness | identity |  | it augments data in training alone: leave it out
RandomContrast | identity |  | it augments data in training alone: leave it out
RandomCrop | crop
RandomFlip | identity |  | it augments data in training alone: leave it out
RandomRotation | identity |  | it augments data in training alone: leave it out
RandomTranslation | identity |  | it augments data in training alone: leave it out
RandomZoom | identity |  | it augments data in training alone: leave it out
ReversibleEmbedding | embedding |  | what it does backwards is a `matmul`
RNN | simple_rnn |  | or lstm or gru, whichever its cell is
Sequential |  |  | its layers are the list under `layers:`, or under a block of `blocks:`
SimpleRNNCell | simple_rnn
StringLookup |  |  | data are prepared before the `input`
TextVectorization |  |  | data are prepared before the `input`, which is {tokens: N}
ThresholdedReLU | threshold
Wrapper | time_distributed / spectral_norm |  | whichever it is
"""
