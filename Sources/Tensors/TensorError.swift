/// Why the numbers of a tensor cannot be read.
package enum TensorError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Elements of this type are not weights that this program computes with.
  case notWidenable(ElementType)

  /// What is wrong and the fix, on one line; the reader puts the tensor's name in front.
  package var description: String {
    switch self {
    case .notWidenable(let type):
      "stored as \(type.rawValue), which is not read as weights; save it as F32, F16 or BF16"
    }
  }
}
