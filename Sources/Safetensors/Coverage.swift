/// The rule that tensors cover the data exactly: no overlap, no hole, nothing after the last.
///
/// An overlap lets two tensors share bytes, a hole hides some: the format forbids both.
struct Coverage {
  let path: String
  let dataOffset: Int
  let dataSize: Int

  /// Expects the tensors sorted by their beginning, each within the data.
  func check(_ tensors: [SafetensorsHeader.Declaration]) throws(SafetensorsError) {
    var covered = 0
    var previous = ""
    for tensor in tensors {
      if tensor.begin < covered {
        throw SafetensorsError(
          path: path, tensor: tensor.name, byteOffset: dataOffset + tensor.begin,
          reason: "begins \(covered - tensor.begin) bytes before the end of tensor "
            + SafetensorsError.quoted(previous), fix: SafetensorsError.saveAgain)
      }
      if tensor.begin > covered {
        throw SafetensorsError(
          path: path, tensor: tensor.name, byteOffset: dataOffset + covered,
          reason: "a hole of \(tensor.begin - covered) bytes lies before it",
          fix: SafetensorsError.saveAgain)
      }
      covered = tensor.end
      previous = tensor.name
    }
    guard covered == dataSize else {
      throw SafetensorsError(
        path: path, byteOffset: dataOffset + covered,
        reason: "the last \(dataSize - covered) bytes belong to no tensor",
        fix: SafetensorsError.saveAgain)
    }
  }
}
