/// A long list of byte strings, stored as `bytes` (all of them end to end) and `offsets` `[n + 1]`.
///
/// Item i is `bytes[offsets[i]..<offsets[i + 1]]`. Variable-length strings of HDF5 itself are not
/// compressed and cost some 30 bytes each.
package struct HDF5ByteLists: Sendable {
  /// The group that holds the two datasets.
  package let group: HDF5Group
  private let bytes: HDF5Dataset
  private let offsets: HDF5Dataset

  /// Creates the group with an empty list.
  package static func create(_ name: String, in parent: HDF5Group) throws(HDF5Error) -> Self {
    let group = try parent.createGroup(name)
    let bytes = try group.createDataset("bytes", of: UInt8.self)
    let offsets = try group.createDataset("offsets", of: Int64.self)
    try offsets.append([0 as Int64])
    return Self(group: group, bytes: bytes, offsets: offsets)
  }

  private init(group: HDF5Group, bytes: HDF5Dataset, offsets: HDF5Dataset) {
    self.group = group
    self.bytes = bytes
    self.offsets = offsets
  }

  /// An existing list.
  package init(_ name: String, in parent: HDF5Group) throws(HDF5Error) {
    group = try parent.group(name)
    bytes = try group.dataset("bytes")
    offsets = try group.dataset("offsets")
  }

  /// Adds items at the end.
  package func append(_ items: [[UInt8]]) throws(HDF5Error) {
    var end = Int64(try bytes.shape()[0])
    var ends: [Int64] = []
    for item in items {
      end += Int64(item.count)
      ends.append(end)
    }
    try bytes.append(items.flatMap(\.self))
    try offsets.append(ends)
  }

  /// Adds strings at the end, as UTF-8.
  package func append(_ texts: [String]) throws(HDF5Error) {
    try append(texts.map { Array($0.utf8) })
  }

  /// Reads all items.
  ///
  /// - Throws: `HDF5Error`, `.damaged` if the offsets contradict the bytes.
  package func read() throws(HDF5Error) -> [[UInt8]] {
    let all = try bytes.read(as: UInt8.self)
    let ends = try offsets.read(as: Int64.self)
    let isOrdered = zip(ends, ends.dropFirst()).allSatisfy { $0 <= $1 }
    guard ends.first == 0, ends.last == Int64(all.count), isOrdered else {
      throw HDF5Error(
        .damaged, file: group.file.path, object: offsets.path,
        "the offsets don't match the \(all.count) bytes")
    }
    return zip(ends, ends.dropFirst()).map { Array(all[Int($0)..<Int($1)]) }
  }

  /// Reads all items as text; bytes that are no UTF-8 become replacement characters.
  package func readStrings() throws(HDF5Error) -> [String] {
    try read().map { String(decoding: $0, as: UTF8.self) }
  }
}
