import Files
package import Tensors

/// One safetensors file, mapped into memory: names and tensors, every claim of the header checked.
///
/// Layout: 8 bytes with the header's length N (little-endian), N bytes of JSON, then the data, to
/// which `data_offsets` are relative. Tensors cover the data without overlap and without a hole.
/// They need not be aligned to their type, and reading doesn't rely on it.
package struct SafetensorsFile: WeightSource {
  /// One tensor of the file.
  package struct Entry: Sendable {
    /// The tensor's name as the header spells it.
    package let name: String
    /// A view of the mapped bytes.
    package let tensor: Tensor
  }

  /// The file's path as given.
  package let path: String
  /// All tensors, in the order of their bytes in the file.
  package let entries: [Entry]
  /// The header's `__metadata__`, in the file's order; empty if there is none.
  package let metadata: [(key: String, value: String)]
  // Names are compared by bytes: two canonically equivalent names are two tensors.
  private let indexByName: [[UInt8]: Int]

  /// Maps the file and checks its header; the data itself is not touched.
  ///
  /// - Throws: `SafetensorsError` if it cannot be read or breaks a rule of the format.
  package init(path: String) throws(SafetensorsError) {
    let file: MappedFile
    do {
      file = try MappedFile(path: path)
    } catch {
      throw SafetensorsError(
        path: path, reason: "cannot be read: \(error.reason)",
        fix: "check the path and its rights",
        fault: error.fault)
    }
    let header = try SafetensorsHeader(of: file)
    self.path = path
    metadata = header.metadata
    entries = header.tensors.map { declared in
      Entry(
        name: declared.name,
        tensor: Tensor(
          shape: declared.shape, elementType: declared.elementType, file: file,
          byteOffset: header.dataOffset + declared.begin))
    }
    var indexByName: [[UInt8]: Int] = [:]
    for (index, entry) in entries.enumerated() { indexByName[Array(entry.name.utf8)] = index }
    self.indexByName = indexByName
  }

  /// All names, in the order of the tensors' bytes in the file.
  package var tensorNames: [String] { entries.map(\.name) }
  /// The file's path.
  package var location: String { path }

  /// The tensor of that name (compared by bytes), nil if there is none.
  package func tensor(named name: String) -> Tensor? {
    indexByName[Array(name.utf8)].map { entries[$0].tensor }
  }
}
