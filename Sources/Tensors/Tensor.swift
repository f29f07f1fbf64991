package import Files

/// A dense, row-major, immutable array of numbers: a view of a mapped file, or floats in memory.
///
/// Copying a `Tensor` copies the view, not the numbers.
package struct Tensor: Sendable {
  /// Where the numbers are.
  enum Storage: Sendable {
    case mapped(MappedFile, byteOffset: Int)
    case floats([Float])
  }

  /// Lengths of the axes, outermost first; empty for a scalar.
  package let shape: [Int]
  /// How the elements are stored.
  package let elementType: ElementType
  let storage: Storage

  /// Number of elements: the product of the shape.
  package var elementCount: Int { shape.reduce(1, *) }
  /// Size in bytes as stored.
  package var byteCount: Int { elementCount * elementType.byteCount }
  /// Elements per step of the first axis: the product of the other lengths.
  package var rowSize: Int { shape.dropFirst().reduce(1, *) }

  /// A view of `file` from `byteOffset`, which the file's format has checked to be in bounds.
  package init(shape: [Int], elementType: ElementType, file: MappedFile, byteOffset: Int) {
    self.shape = shape
    self.elementType = elementType
    storage = .mapped(file, byteOffset: byteOffset)
    precondition(
      byteOffset >= 0 && byteOffset + byteCount <= file.byteCount,
      "Tensor: \(shape) \(elementType) at \(byteOffset) does not lie in \(file.byteCount) bytes")
  }

  /// Floats in memory, in row-major order.
  package init(shape: [Int], floats: [Float]) {
    self.shape = shape
    elementType = .float32
    storage = .floats(floats)
    precondition(
      floats.count == elementCount, "Tensor: \(floats.count) floats do not fill \(shape)")
  }

  /// The same numbers in another shape of as many elements.
  package func reshaped(_ shape: [Int]) -> Tensor {
    switch storage {
    case .mapped(let file, let byteOffset):
      precondition(
        shape.reduce(1, *) == elementCount, "Tensor: \(self.shape) can't become \(shape)")
      return Tensor(shape: shape, elementType: elementType, file: file, byteOffset: byteOffset)
    case .floats(let floats): return Tensor(shape: shape, floats: floats)
    }
  }
}

/// Something that has weights by name: a checkpoint on disk, or a dictionary in a test.
package protocol WeightSource: Sendable {
  /// All names, in no particular order.
  var tensorNames: [String] { get }
  /// The tensor of that name, nil if there is none.
  func tensor(named name: String) -> Tensor?
  /// Where it comes from, for messages: a folder or a file.
  var location: String { get }
}

/// Weights in memory.
package struct WeightDictionary: WeightSource {
  /// The tensors by name.
  package var tensors: [String: Tensor]
  /// A name for messages.
  package let location: String

  /// Wraps a dictionary.
  package init(_ tensors: [String: Tensor], location: String = "memory") {
    self.tensors = tensors
    self.location = location
  }

  /// All names.
  package var tensorNames: [String] { Array(tensors.keys) }
  /// The tensor of that name.
  package func tensor(named name: String) -> Tensor? { tensors[name] }
}
