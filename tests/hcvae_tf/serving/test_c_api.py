"""An export works without Python: TensorFlow's C API loads and runs it.

The C API has the loader that TensorFlow Serving uses, and lies in the wheel of
TensorFlow. The process that calls it never imports TensorFlow.
"""

import importlib.util
import json
from pathlib import Path

import numpy as np
from shared import assert_all_close, run_python
from tensorflow.core.protobuf import saved_model_pb2

from hcvae_tf.inference.exported_signatures import ExportedSignatures
from hcvae_tf.inference.signatures import SIGNATURES
from hcvae_tf.serving.example_inputs import example_inputs

SCRIPT = '''
import ctypes, json, sys
from ctypes import POINTER, byref, c_char_p, c_int, c_int64, c_size_t, c_void_p
import numpy as np

request = json.load(open(sys.argv[1]))
ctypes.CDLL(request["libraries"][0], ctypes.RTLD_GLOBAL)
tf = ctypes.CDLL(request["libraries"][1])
for name in ("NewStatus", "NewGraph", "NewSessionOptions", "AllocateTensor",
             "LoadSessionFromSavedModel", "GraphOperationByName", "TensorData",
             "StringGetDataPointer"):
    getattr(tf, "TF_" + name).restype = c_void_p
for name in ("Message", "StringGetSize", "Dim"):
    kinds = {"Message": c_char_p, "StringGetSize": c_size_t, "Dim": c_int64}
    getattr(tf, "TF_" + name).restype = kinds[name]

STRING, STRING_BYTES = 7, 24
TYPES = {1: np.float32, 3: np.int32, 9: np.int64, 10: np.bool_}

class Output(ctypes.Structure):
    _fields_ = [("operation", c_void_p), ("index", c_int)]

status = c_void_p(tf.TF_NewStatus())

def check():
    assert tf.TF_GetCode(status) == 0, tf.TF_Message(status)

def tensor(values, dtype):
    """Copies numbers, or texts as latin-1, to a tensor."""
    array = np.array(values, TYPES.get(dtype, object))
    size = array.size * STRING_BYTES if dtype == STRING else array.nbytes
    dims = (c_int64 * array.ndim)(*array.shape)
    made = tf.TF_AllocateTensor(dtype, dims, array.ndim, c_size_t(size))
    made = c_void_p(made)
    data = tf.TF_TensorData(made)
    if dtype != STRING:
        ctypes.memmove(data, array.ctypes.data, size)
        return made
    for row, text in enumerate(array.ravel()):
        at, text = c_void_p(data + row * STRING_BYTES), text.encode("latin-1")
        tf.TF_StringInit(at)
        tf.TF_StringCopy(at, text, c_size_t(len(text)))
    return made

def values(made):
    made = c_void_p(made)
    shape = [tf.TF_Dim(made, axis) for axis in range(tf.TF_NumDims(made))]
    dtype, data = tf.TF_TensorType(made), tf.TF_TensorData(made)
    if dtype != STRING:
        array = np.empty(shape, TYPES[dtype])
        ctypes.memmove(array.ctypes.data, data, array.nbytes)
        return array.tolist()
    texts = []
    for row in range(int(np.prod(shape))):
        at = c_void_p(data + row * STRING_BYTES)
        text = c_void_p(tf.TF_StringGetDataPointer(at))
        text = ctypes.string_at(text, tf.TF_StringGetSize(at))
        texts.append(text.decode("latin-1"))
    return np.array(texts, object).reshape(shape).tolist()

def output(name):
    operation, index = name.split(":")
    found = tf.TF_GraphOperationByName(graph, operation.encode())
    assert found, name
    return Output(found, int(index))

graph = c_void_p(tf.TF_NewGraph())
session = c_void_p(tf.TF_LoadSessionFromSavedModel(
    c_void_p(tf.TF_NewSessionOptions()), None, request["folder"].encode(),
    (c_char_p * 1)(b"serve"), 1, graph, None, status))
check()
answers = {}
for name, call in request["calls"].items():
    fed = [output(where) for where, _, _ in call["inputs"]]
    given = [tensor(column, dtype) for _, dtype, column in call["inputs"]]
    wanted = [output(where) for where in call["outputs"].values()]
    made = (c_void_p * len(wanted))()
    tf.TF_SessionRun(
        session, None, (Output * len(fed))(*fed),
        (c_void_p * len(given))(*[each.value for each in given]), len(fed),
        (Output * len(wanted))(*wanted), made, len(wanted), None, 0, None,
        status)
    check()
    answers[name] = dict(zip(call["outputs"], map(values, made)))
assert not any(name.startswith("tensorflow") for name in sys.modules)
print(json.dumps(answers))
'''


def _libraries():
    """Returns the C API's libraries, found without importing TensorFlow."""
    folder = Path(importlib.util.find_spec("tensorflow").origin).parent
    names = ("libtensorflow_framework.so.2", "libtensorflow_cc.so.2")
    return [str(folder / name) for name in names]


def _call(signature, inputs):
    """Describes a call as JSON: names in the graph, types and values."""
    return {
        "inputs": [
            (info.name, info.dtype, _as_json(inputs[key]))
            for key, info in signature.inputs.items()
        ],
        "outputs": {key: info.name for key, info in signature.outputs.items()},
    }


def _as_json(column):
    """Returns a column as lists; bytes become latin-1, which keeps them."""
    if column.dtype == object:
        decode = np.vectorize(lambda text: text.decode("latin-1"), [object])
        column = decode(column)
    return column.tolist()


def test_the_c_api_answers_as_python_does(exported, tmp_path):
    folder = exported / "1"
    file = (folder / "saved_model.pb").read_bytes()
    graph = saved_model_pb2.SavedModel.FromString(file).meta_graphs[0]
    signatures = ExportedSignatures(folder)
    inputs = {
        name: example_inputs(name, signatures.z_size, 12) for name in SIGNATURES
    }
    request = {
        "libraries": _libraries(),
        "folder": str(folder),
        "calls": {
            name: _call(graph.signature_def[name], inputs[name])
            for name in SIGNATURES
        },
    }
    (tmp_path / "request.json").write_text(json.dumps(request))
    done = run_python(SCRIPT, tmp_path / "request.json")
    answers = json.loads(done.stdout)
    assert answers.keys() == SIGNATURES.keys()
    for name, answer in answers.items():
        expected = signatures(name, inputs[name])
        texts = {k: v for k, v in expected.items() if v.dtype == object}
        numbers = {k: v for k, v in expected.items() if v.dtype != object}
        assert answer.keys() == expected.keys()
        for key, column in texts.items():
            assert answer[key] == _as_json(column), name
        found = {key: answer[key] for key in numbers}
        assert_all_close(found, numbers, rtol=1e-5, atol=1e-5)
