/// A collection of a global heap: where the format keeps strings of variable length and the sources
/// of virtual datasets.
///
///     "GCOL", version 1, 3 bytes 0, size of the collection
///     object*: index u16, references u16, 4 bytes, size; the bytes, padded to a multiple of 8
///     index 0: what is free, its size with these fields, up to the end
struct GlobalHeapCollection: Sendable {
  private let bytes: [UInt8]
  /// Where the bytes of each object lie.
  private let objects: [UInt64: Range<Int>]

  /// Reads a collection and checks that its objects fill it.
  init(at address: UInt64, in file: RawFile) throws(HDF5Error) {
    let headerBytes = Self.padded(8 + file.lengthBytes)
    var header = try file.piece(address, UInt64(headerBytes), of: "a global heap")
    try header.signature("GCOL", version: 1, "global heap")
    guard try header.number(3) == 0 else {
      throw file.damage(address, "a global heap whose reserved bytes aren't 0")
    }
    let size = try header.nextLength()
    guard size >= UInt64(headerBytes) else {
      throw file.damage(address, "a global heap of \(size) bytes")
    }
    var rest = try file.piece(address, size, of: "a global heap")
    bytes = rest.bytes
    try rest.skip(headerBytes)
    let fieldBytes = Self.padded(8 + file.lengthBytes)
    var objects: [UInt64: Range<Int>] = [:]
    while rest.remaining >= fieldBytes {
      let start = rest
      let index = try rest.number(2)
      try rest.skip(6)
      let length = try rest.nextLength()
      try rest.skip(fieldBytes - 8 - file.lengthBytes)
      if index == 0 {
        guard length == UInt64(start.remaining) else {
          throw start.damage("a heap's free space of \(length) bytes, not \(start.remaining)")
        }
        break
      }
      guard length <= UInt64(rest.remaining), Self.padded(Int(length)) <= rest.remaining else {
        throw start.damage("an object of \(length) bytes goes beyond its heap's end")
      }
      let first = rest.position
      let known = objects.updateValue(first..<(first + Int(length)), forKey: index)
      guard known == nil else {
        throw start.damage("two objects of a heap have the index \(index)")
      }
      try rest.skip(Self.padded(Int(length)))
    }
    self.objects = objects
  }

  /// An object's bytes; nil if there is none of that index.
  func object(_ index: UInt64) -> ArraySlice<UInt8>? { objects[index].map { bytes[$0] } }

  private static func padded(_ count: Int) -> Int { (count + 7) / 8 * 8 }
}

/// The collections of a file that were read.
struct GlobalHeap: Sendable {
  private var collections: [UInt64: GlobalHeapCollection] = [:]

  /// Bytes of an object.
  mutating func object(
    _ index: UInt64, at address: UInt64, in file: RawFile
  ) throws(HDF5Error) -> ArraySlice<UInt8> {
    let collection: GlobalHeapCollection
    if let known = collections[address] {
      collection = known
    } else {
      collection = try GlobalHeapCollection(at: address, in: file)
      // A file's heaps are small and few; what claims to be otherwise is read, not kept.
      if collections.count < 256 { collections[address] = collection }
    }
    guard let object = collection.object(index) else {
      throw file.damage(address, "a global heap without the object \(index) that is asked for")
    }
    return object
  }

  /// Strings from the references that an attribute stores: length u32, address, index u32.
  mutating func strings(_ references: RawPiece, count: Int) throws(HDF5Error) -> [String] {
    var references = references
    var strings: [String] = []
    var total: UInt64 = 0
    for _ in 0..<count {
      let start = references
      let length = try references.number(4)
      let address = try references.nextAddress()
      let index = try references.number(4)
      if address == 0 {
        strings.append("")
        continue
      }
      let object = try object(index, at: address, in: references.file)
      guard UInt64(object.count) == length else {
        throw references.file.damage(
          address, "object \(index) of a global heap has \(object.count) bytes, not \(length)")
      }
      total += length
      // No writer gives one object to several strings; a damaged list could to millions.
      guard total <= references.file.size else {
        throw start.damage("strings of more bytes than the file has")
      }
      strings.append(String(decoding: object.prefix { $0 != 0 }, as: UTF8.self))
    }
    return strings
  }
}
