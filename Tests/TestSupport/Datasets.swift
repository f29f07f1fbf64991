internal import HDF5

/// The type, shape and bytes of every dataset of an HDF5 file, by path.
package func datasets(of path: String) throws -> [String: [UInt8]] {
  let file = try HDF5File.open(path)
  defer { try? file.close() }
  var found: [String: [UInt8]] = [:]
  var groups = [file.root]
  while let group = groups.popLast() {
    for child in try group.children() {
      if child.kind == .group {
        groups.append(try group.group(child.name))
        continue
      }
      let dataset = try group.dataset(child.name)
      guard let type = try dataset.elementType() else { continue }
      let shape = try dataset.shape()
      found[dataset.path] =
        try Array("\(type) \(shape) ".utf8)
        + dataset.readLittleEndianBytes(of: type, rows: 0..<shape[0])
    }
  }
  return found
}

/// Paths of the datasets that two files don't have in common, bit for bit.
package func differingDatasets(_ path: String, _ other: String) throws -> [String] {
  let (found, expected) = (try datasets(of: path), try datasets(of: other))
  return Set(found.keys).union(expected.keys).filter { found[$0] != expected[$0] }.sorted()
}
