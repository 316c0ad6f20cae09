"""Private API of TensorFlow that the benchmarks use."""


def read_xplane(data: bytes):
    """Reads what TensorFlow's profiler wrote."""
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    return xplane_pb2.XSpace.FromString(data)
