internal import CHDF5

extension HDF5Attribute {
  /// Larger attributes lie outside the blocks that have checksums.
  private static let mostBytes = 2_048

  /// Whether it is stored as an attribute, rather than as a dataset beside the object.
  var fitsAttribute: Bool {
    switch self {
    case .string(let text): Self.fits([text])
    case .strings(let texts): Self.fits(texts)
    case .integer, .float, .double: true
    case .integers(let numbers): numbers.count * 8 <= Self.mostBytes
    case .doubles(let numbers): numbers.count * 8 <= Self.mostBytes
    }
  }

  private static func fits(_ texts: [String]) -> Bool {
    let width = max(texts.map(\.utf8.count).max() ?? 0, 1)
    return width <= mostBytes && texts.count * width <= mostBytes
      && !texts.contains { $0.utf8.contains(0) }
  }
}

extension HDF5Object {
  /// Where the value of an attribute lies that can't be one.
  private func placeBeside(_ name: String) -> String {
    if self is HDF5Dataset { return path + "@" + name }
    return path == "/" ? "/@" + name : path + "/@" + name
  }

  /// Removes an attribute in either form; does nothing if there is none.
  func removeAttribute(_ name: String) throws(HDF5Error) {
    let place = placeBeside(name)
    try withObject(name, while: .writing) { (open, id, failure) throws(HDF5Error) in
      if unsafe H5Aexists(id, name) > 0 {
        guard unsafe H5Adelete(id, name) >= 0 else { throw failure() }
      }
      guard HDF5Group.exists(place, in: open.id) else { return }
      for (key, dataset) in open.datasets
      where String(decoding: key, as: UTF8.self).hasPrefix(place) {
        H5Dclose(dataset)
        open.datasets[key] = nil
      }
      guard unsafe H5Ldelete(open.id, place, chdf5_default()) >= 0 else { throw failure() }
    }
  }

  func writeBeside(_ name: String, _ value: HDF5Attribute) throws(HDF5Error) {
    let (root, place) = (file.root, placeBeside(name))
    func write<Scalar: HDF5Scalar>(_ values: [Scalar]) throws(HDF5Error) {
      let dataset = try root.createDataset(
        place, of: Scalar.self, layout: .init(chunkRows: min(max(values.count, 1), 65_536)))
      try dataset.append(values)
      try dataset.release()
    }
    switch value {
    case .string(let text): try write(Array(text.utf8))
    case .strings(let texts): try HDF5ByteLists.create(place, in: root).append(texts)
    case .integer(let number): try write([number])
    case .integers(let numbers): try write(numbers)
    case .float(let number): try write([number])
    case .double(let number): try write([number])
    case .doubles(let numbers): try write(numbers)
    }
  }

  func readBeside(_ name: String) throws(HDF5Error) -> HDF5Attribute? {
    let (root, place) = (file.root, placeBeside(name))
    guard try root.exists(place) else { return nil }
    if try root.kind(of: place) == .group {
      return .strings(try HDF5ByteLists(place, in: root).readStrings())
    }
    let dataset = try root.dataset(place)
    switch try dataset.elementType() {
    case .uint8: return .string(String(decoding: try dataset.read(as: UInt8.self), as: UTF8.self))
    case .float32, .float64: return .doubles(try dataset.read(as: Double.self))
    default: return .integers(try dataset.read(as: Int64.self))
    }
  }
}
