/// Where an object with many attributes keeps them: blocks that double in size, by offsets.
struct FractalHeap {
  /// Bytes of an object's name in the heap.
  let idBytes: Int
  private let file: RawFile
  private let address: UInt64
  private let offsetBytes: Int
  private let countBytes: Int
  private let width: Int
  private let startBytes: UInt64
  private let mostDirectBytes: UInt64
  private let rootAddress: UInt64
  private let rootRows: Int
  private let hugeTreeAddress: UInt64

  init(at address: UInt64, in file: RawFile) throws(HDF5Error) {
    self.file = file
    self.address = address
    var header = try file.prefix(address, 256, of: "a heap of attributes")
    try header.signature("FRHP", version: 0, "heap of attributes")
    idBytes = try header.int(2)
    let filterBytes = try header.int(2)
    try header.skip(1)
    let mostManagedBytes = try header.number(4)
    _ = try header.nextLength()  // the next number of a huge object
    hugeTreeAddress = try header.nextAddress()
    // Free space, its manager, managed space: this, allocated, the iterator's; objects; huge and
    // tiny objects: bytes and counts.
    _ = try header.nextLength()
    _ = try header.nextAddress()
    for _ in 0..<8 { _ = try header.nextLength() }
    width = try header.int(2)
    startBytes = try header.nextLength()
    mostDirectBytes = try header.nextLength()
    let offsetBits = try header.int(2)
    try header.skip(2)
    rootAddress = try header.nextAddress()
    rootRows = try header.int(2)
    offsetBytes = (offsetBits + 7) / 8
    guard filterBytes == 0, (4...64).contains(idBytes), (1...8).contains(offsetBytes), width > 0,
      Self.isPower(startBytes), Self.isPower(mostDirectBytes), startBytes <= mostDirectBytes,
      mostDirectBytes <= 1 << 32, rootRows <= 64, mostManagedBytes > 0
    else { throw file.damage(address, "a heap of attributes of a form that isn't known") }
    countBytes = min(
      (mostDirectBytes.trailingZeroBitCount + 7) / 8,
      (63 - mostManagedBytes.leadingZeroBitCount) / 8 + 1)
  }

  private static func isPower(_ number: UInt64) -> Bool { number.nonzeroBitCount == 1 }

  /// An object's bytes.
  func object(_ id: [UInt8]) throws(HDF5Error) -> RawPiece {
    var id = RawPiece(file: file, address: address, bytes: id)
    let form = try id.number(1)
    switch form >> 4 {
    case 0:
      let (offset, count) = (try id.number(offsetBytes), try id.number(countBytes))
      return try managed(offset, count)
    case 1:
      // By a number that a tree knows the place of: names of 8 bytes hold no address and length.
      let number = try id.number(min(idBytes - 1, 8))
      let tree = RecordTree(at: hugeTreeAddress, in: file)
      let recordBytes = file.addressBytes + 2 * file.lengthBytes
      for record in try tree.records(kind: 1, byteCount: recordBytes) {
        var record = RawPiece(file: file, address: hugeTreeAddress, bytes: record)
        let (place, count) = (try record.nextAddress(), try record.nextLength())
        if try record.nextLength() == number {
          return try file.piece(place, count, of: "an attribute")
        }
      }
      throw file.damage(address, "a heap of attributes without the object \(number)")
    default: throw file.damage(address, "a heap of attributes names an object in a way not known")
    }
  }

  private func managed(_ offset: UInt64, _ count: UInt64) throws(HDF5Error) -> RawPiece {
    var (block, start, rows) = (rootAddress, 0 as UInt64, rootRows)
    var blockBytes = startBytes
    // Each round goes down from a block of addresses to one of its members.
    for _ in 0..<64 where rows > 0 {
      guard let next = try member(of: block, start: start, rows: rows, at: offset) else { break }
      (block, start, rows, blockBytes) = (next.address, next.start, next.rows, next.bytes)
    }
    guard rows == 0, offset >= start, offset - start < blockBytes,
      count <= blockBytes - (offset - start)
    else { throw file.damage(address, "a heap of attributes has no object at \(offset)") }
    return try file.piece(block + (offset - start), count, of: "an attribute")
  }

  /// The member of a block of addresses that holds an offset; nil if none does.
  private func member(
    of block: UInt64, start: UInt64, rows: Int, at offset: UInt64
  ) throws(HDF5Error) -> (address: UInt64, start: UInt64, rows: Int, bytes: UInt64)? {
    let fields = 5 + file.addressBytes + offsetBytes
    var piece = try file.piece(
      block, UInt64(fields + rows * width * file.addressBytes), of: "a heap of attributes")
    try piece.signature("FHIB", version: 0, "heap's block")
    try piece.skip(fields - 5)
    var place = start
    for row in 0..<rows {
      // Rows 0 and 1 have blocks of the first size; each further one doubles it.
      let bytes = startBytes << UInt64(max(row - 1, 0))
      for _ in 0..<width {
        let address = try piece.nextAddress()
        if offset >= place, offset - place < bytes {
          guard address != file.undefined else { return nil }
          return (address, place, bytes > mostDirectBytes ? rowCount(ofBlock: bytes) : 0, bytes)
        }
        place &+= bytes
      }
    }
    return nil
  }

  /// Rows of a block of addresses that covers so many bytes.
  private func rowCount(ofBlock bytes: UInt64) -> Int {
    var (rows, covered) = (0, 0 as UInt64)
    while covered < bytes, rows < 64 {
      covered &+= UInt64(width) &* (startBytes << UInt64(max(rows - 1, 0)))
      rows += 1
    }
    return rows
  }
}

/// A tree of records of one size, the format's second kind.
struct RecordTree {
  private let address: UInt64
  private let file: RawFile

  init(at address: UInt64, in file: RawFile) { (self.address, self.file) = (address, file) }

  /// Attributes of one object; what claims more is damaged.
  private static let mostRecords = 1 << 20

  /// All records.
  func records(kind: UInt64, byteCount: Int) throws(HDF5Error) -> [[UInt8]] {
    var header = try file.prefix(address, 64, of: "a tree of attributes")
    try header.signature("BTHD", version: 0, "tree of attributes")
    guard try header.number(1) == kind else { throw header.damage("a tree of another kind") }
    let nodeBytes = try header.int(4)
    guard try header.int(2) == byteCount, nodeBytes > 64 else {
      throw header.damage("a tree of other records")
    }
    let depth = try header.int(2)
    try header.skip(2)
    let (root, count) = (try header.nextAddress(), try header.int(2))
    guard depth <= 8 else { throw file.damage(address, "a tree of depth \(depth)") }
    if root == file.undefined { return [] }
    var records: [[UInt8]] = []
    let shape = Shape(depth: depth, nodeBytes: nodeBytes, recordBytes: byteCount, file: file)
    try collect(root, count, depth: depth, shape, into: &records)
    return records
  }

  private func collect(
    _ node: UInt64, _ count: Int, depth: Int, _ shape: Shape, into records: inout [[UInt8]]
  ) throws(HDF5Error) {
    guard records.count + count <= Self.mostRecords else {
      throw file.damage(address, "a tree of too many attributes")
    }
    var piece = try file.piece(node, UInt64(shape.nodeBytes), of: "a tree of attributes")
    try piece.signature(depth == 0 ? "BTLF" : "BTIN", version: 0, "tree's node")
    try piece.skip(1)
    for _ in 0..<count { records.append(try piece.take(shape.recordBytes)) }
    if depth == 0 { return }
    for _ in 0...count {
      let child = try piece.nextAddress()
      let childCount = try piece.int(shape.countBytes)
      try piece.skip(shape.totalBytes(below: depth))
      try collect(child, childCount, depth: depth - 1, shape, into: &records)
    }
  }

  /// How wide the fields of nodes are: as many bytes as the largest possible number needs.
  private struct Shape {
    let nodeBytes: Int
    let recordBytes: Int
    let countBytes: Int
    /// By depth: bytes of the number of all records below a child.
    private var totals: [Int] = [0]

    init(depth: Int, nodeBytes: Int, recordBytes: Int, file: RawFile) {
      (self.nodeBytes, self.recordBytes) = (nodeBytes, recordBytes)
      let leaf = (nodeBytes - 10) / recordBytes
      countBytes = Self.bytes(for: leaf)
      var most = leaf
      for level in 1..<max(depth + 1, 2) {
        let pointer = file.addressBytes + countBytes + (level > 1 ? Self.bytes(for: most) : 0)
        totals.append(level > 1 ? Self.bytes(for: most) : 0)
        let own = max((nodeBytes - 10 - pointer) / (recordBytes + pointer), 0)
        most = (own + 1).multipliedReportingOverflow(by: most).partialValue &+ own
      }
    }

    func totalBytes(below depth: Int) -> Int { totals[depth] }

    private static func bytes(for number: Int) -> Int {
      number > 0 ? (63 - number.leadingZeroBitCount) / 8 + 1 : 1
    }
  }
}
