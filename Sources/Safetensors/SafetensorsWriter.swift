internal import Files
internal import JSON
internal import Kernels
package import Tensors

/// Writes tensors to a safetensors file, byte for byte as the reference implementation does.
package enum SafetensorsWriter {
  /// How floats are stored.
  package enum Precision: String, Sendable, CaseIterable {
    /// All bits.
    case float32 = "f32"
    /// Rounded to the nearest, halves to even.
    case bfloat16 = "bf16"

    var elementType: ElementType {
      switch self {
      case .float32: .float32
      case .bfloat16: .bfloat16
      }
    }
  }

  /// Writes a file that appears complete or not at all.
  ///
  /// Tensors are stored in the order of their names' bytes; the header is filled up with spaces to a
  /// multiple of 8 bytes.
  ///
  /// - Parameters:
  ///   - tensors: no name twice; of types that can be widened to floats.
  ///   - precision: How all of them are stored.
  ///   - metadata: strings for the header; transformers asks for the one that is the default.
  ///   - path: the file, replaced if it is there.
  /// - Throws: `SafetensorsError` with the system's reason.
  package static func write(
    _ tensors: [(name: String, tensor: Tensor)], as precision: Precision,
    metadata: [(key: String, value: String)] = [(key: "format", value: "pt")], to path: String
  ) throws(SafetensorsError) {
    let sorted = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    for (first, second) in zip(sorted, sorted.dropFirst()) {
      precondition(!first.name.utf8.elementsEqual(second.name.utf8), "\(first.name) twice")
    }
    do {
      var file = try FileReplacement(path: path)
      try file.append(header(sorted, precision, metadata))
      for (_, tensor) in sorted {
        let floats = try tensor.floats()
        switch precision {
        case .float32: try file.append(floats.span)
        case .bfloat16: try file.appendBfloat16(floats.span)
        }
      }
      try file.commit()
    } catch let error as FileError {
      throw SafetensorsError(
        path: path, reason: "cannot be written: \(error.reason)", fix: error.fault.fix,
        fault: error.fault)
    } catch {
      throw SafetensorsError(
        path: path, reason: "cannot be written: \(error)", fix: "give tensors of floats")
    }
  }

  /// Length and JSON.
  private static func header(
    _ tensors: [(name: String, tensor: Tensor)], _ precision: Precision,
    _ metadata: [(key: String, value: String)]
  ) -> [UInt8] {
    var members: [JSONMember] = []
    if !metadata.isEmpty {
      let strings = metadata.map { JSONMember(key: $0.key, value: .string($0.value)) }
      members.append(JSONMember(key: "__metadata__", value: .object(strings)))
    }
    var end = 0
    for (name, tensor) in tensors {
      let begin = end
      end += tensor.elementCount * precision.elementType.byteCount
      let shape = tensor.shape.map { JSONValue.integer(Int64($0)) }
      let offsets = [JSONValue.integer(Int64(begin)), .integer(Int64(end))]
      members.append(
        JSONMember(
          key: name,
          value: .object([
            JSONMember(key: "dtype", value: .string(precision.elementType.rawValue)),
            JSONMember(key: "shape", value: .array(shape)),
            JSONMember(key: "data_offsets", value: .array(offsets)),
          ])))
    }
    var text = Array(JSONValue.object(members).serialized().utf8)
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    let length = UInt64(text.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + text
  }
}
