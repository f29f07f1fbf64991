/// The messages of an object's header: what it is, how its values are laid out, its attributes.
struct ObjectHeader {
  /// What the numbers of messages' types mean.
  enum Kind {
    static let layout: UInt64 = 0x08
    static let attribute: UInt64 = 0x0C
    static let continuation: UInt64 = 0x10
    static let attributeInfo: UInt64 = 0x15
  }

  struct Message {
    let kind: UInt64
    /// Whether it only says where it lies.
    let isShared: Bool
    let contents: RawPiece
  }

  private(set) var messages: [Message] = []
  private let file: RawFile
  private static let mostChunks = 4_096

  /// Reads the header at an address, in the format of 1998 or of 2008.
  init(at address: UInt64, in file: RawFile) throws(HDF5Error) {
    self.file = file
    var start = try file.prefix(address, 64, of: "an object's header")
    var chunks: [RawPiece]
    let isOld = start.bytes.first == 1
    var fieldBytes = 8
    if isOld {
      try start.skip(8)
      let size = try start.number(4)
      chunks = [try file.piece(address + 16, size, of: "an object's header")]
    } else {
      try start.signature("OHDR", version: 2, "object's header")
      let flags = try start.number(1)
      try start.skip((flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0))
      let size = try start.number(1 << Int(flags & 3))
      fieldBytes = flags & 4 != 0 ? 6 : 4
      chunks = [
        try file.piece(address + UInt64(start.position), size, of: "an object's header")
      ]
    }
    var next = 0
    while next < chunks.count {
      guard next < Self.mostChunks else {
        throw file.damage(address, "an object's header of too many pieces")
      }
      for message in try Self.messages(chunks[next], isOld: isOld, fieldBytes: fieldBytes) {
        if message.kind == Kind.continuation {
          chunks.append(try Self.continuation(message, isOld: isOld))
        } else {
          messages.append(message)
        }
      }
      next += 1
    }
  }

  private static func messages(
    _ chunk: RawPiece, isOld: Bool, fieldBytes: Int
  ) throws(HDF5Error) -> [Message] {
    var chunk = chunk
    var messages: [Message] = []
    while chunk.remaining >= fieldBytes {
      let kind = try chunk.number(isOld ? 2 : 1)
      let size = try chunk.int(2)
      let flags = try chunk.number(1)
      try chunk.skip(isOld ? 3 : fieldBytes - 4)
      let place = chunk.address + UInt64(chunk.position)
      let contents = RawPiece(file: chunk.file, address: place, bytes: try chunk.take(size))
      messages.append(Message(kind: kind, isShared: flags & 2 != 0, contents: contents))
    }
    return messages
  }

  private static func continuation(
    _ message: Message, isOld: Bool
  ) throws(HDF5Error) -> RawPiece {
    var contents = message.contents
    let (address, size) = (try contents.nextAddress(), try contents.nextLength())
    let file = contents.file
    if isOld { return try file.piece(address, size, of: "an object's header") }
    guard size >= 8 else { throw message.contents.damage("a header's piece of \(size) bytes") }
    // Four letters before, a checksum after.
    return try file.piece(address + 4, size - 8, of: "an object's header")
  }
}

// MARK: Attributes

extension ObjectHeader {
  /// The value of an attribute as it is stored; `byteCount` by its type and shape.
  func attribute(_ name: String, byteCount: Int) throws(HDF5Error) -> RawPiece {
    var isShared = false
    for message in messages where message.kind == Kind.attribute {
      isShared = isShared || message.isShared
      if message.isShared { continue }
      if let value = try Self.value(of: name, byteCount, in: message.contents) { return value }
    }
    for message in messages where message.kind == Kind.attributeInfo {
      var info = message.contents
      try info.skip(1)
      let flags = try info.number(1)
      try info.skip(flags & 1 != 0 ? 2 : 0)
      let (heapAddress, treeAddress) = (try info.nextAddress(), try info.nextAddress())
      if heapAddress == file.undefined { continue }
      let heap = try FractalHeap(at: heapAddress, in: file)
      // Records: the object's name in the heap, flags, place in time, hash of the attribute's name.
      for record in try RecordTree(at: treeAddress, in: file).records(
        kind: 8, byteCount: heap.idBytes + 9)
      {
        guard record[heap.idBytes] & 2 == 0 else {
          isShared = true
          continue
        }
        let contents = try heap.object(Array(record.prefix(heap.idBytes)))
        if let value = try Self.value(of: name, byteCount, in: contents) { return value }
      }
    }
    throw HDF5Error(
      isShared ? .wrongType : .damaged, file: file.path, object: file.object,
      isShared
        ? "several objects share it, which isn't read: rewrite the file with h5repack"
        : "isn't where the object's header has its attributes: copy or make the file again")
  }

  /// The value in an attribute's message; nil if it is another's.
  private static func value(
    of name: String, _ byteCount: Int, in message: RawPiece
  ) throws(HDF5Error) -> RawPiece? {
    var message = message
    let version = try message.number(1)
    guard (1...3).contains(version) else { throw message.damage("an attribute's version") }
    try message.skip(1)
    let sizes = [try message.int(2), try message.int(2), try message.int(2)]
    if version == 3 { try message.skip(1) }
    let padded = sizes.map { version == 1 ? ($0 + 7) / 8 * 8 : $0 }
    let found = try message.take(padded[0]).prefix(sizes[0]).prefix { $0 != 0 }
    guard found.elementsEqual(name.utf8) else { return nil }
    try message.skip(padded[1] + padded[2])
    let place = message.address + UInt64(message.position)
    return RawPiece(file: message.file, address: place, bytes: try message.take(byteCount))
  }
}

// MARK: Virtual datasets

extension ObjectHeader {
  /// Reads the list of a virtual dataset's sources from the heap, if this is one, so that the
  /// library finds no damage there.
  func checkVirtualSources(_ heap: inout GlobalHeap) throws(HDF5Error) {
    for message in messages where message.kind == Kind.layout && !message.isShared {
      var layout = message.contents
      guard try layout.number(1) >= 4, try layout.number(1) == 3 else { continue }
      let (address, index) = (try layout.nextAddress(), try layout.number(4))
      if address == file.undefined { continue }
      _ = try heap.object(index, at: address, in: file)
    }
  }
}
