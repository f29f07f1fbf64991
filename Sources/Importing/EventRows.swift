internal import Foundation
internal import Texts

/// TensorBoard's event files: framed records of protocol buffers, each with two checksums.
///
/// A record is its length (8 bytes), the length's masked CRC-32C, the data, and the data's (TensorFlow,
/// `record_writer.h`). The first says the version. Scalars are float32; texts, images and histograms are
/// passed over.
enum EventRows {
  /// A text summary of a run's configuration may be long, but not so long.
  private static let longestRecord = 256 << 20

  /// Whether a file that begins so is an event file.
  static func begins(_ start: [UInt8]) -> Bool {
    guard start.count >= 12 else { return false }
    return CRC32C.masked(start[..<8]) == ProtocolBuffer.littleEndian(start[8..<12])
  }

  /// Reads all scalars.
  ///
  /// - Throws: `ImportFault` for a damaged record, and `TextError` where the file can't be read.
  static func table(_ path: String, pause: () throws -> Void) throws -> MetricTable {
    var table = MetricTable(path: path, repetition: .value)
    var records = try EventRecords(path: path)
    while let (record, place) = try records.next() {
      try pause()
      let event: Event
      do throws(ProtocolBuffer.Malformed) {
        event = try Event(record[...])
      } catch {
        throw ImportFault(path, place, "holds no event that can be read; write the file anew")
      }
      for tag in event.others { table.leaveOut(tag, "holds no scalar") }
      guard !event.scalars.isEmpty else { continue }
      guard let step = Step.whole(Double(event.step)) else {
        throw ImportFault(path, place, "has the step \(event.step); steps begin with 0 or 1")
      }
      try table.add(step: step, event.scalars, place: place)
    }
    guard records.count > 0 else {
      throw ImportFault(path, nil, "is empty; give an event file with records")
    }
    return table
  }

  /// One event: its step, scalars, and what else it has.
  private struct Event {
    var step: Int64 = 0
    var scalars: [(name: String, value: Double)] = []
    var others: [String] = []

    init(_ bytes: ArraySlice<UInt8>) throws(ProtocolBuffer.Malformed) {
      for field in try ProtocolBuffer.fields(bytes) {
        switch (field.number, field.value) {
        case (2, .integer(let number)): step = Int64(bitPattern: number)
        case (5, .bytes(let summary)):
          for entry in try ProtocolBuffer.fields(summary) {
            guard entry.number == 1, case .bytes(let value) = entry.value else { continue }
            try add(value)
          }
        default: break
        }
      }
    }

    /// `Summary.Value`: tag 1, simple_value 2, tensor 8.
    private mutating func add(_ bytes: ArraySlice<UInt8>) throws(ProtocolBuffer.Malformed) {
      var tag = ""
      var scalar: Float?
      for field in try ProtocolBuffer.fields(bytes) {
        switch (field.number, field.value) {
        case (1, .bytes(let name)): tag = String(decoding: name, as: UTF8.self)
        case (2, .fixed32(let bits)): scalar = Float(bitPattern: bits)
        case (8, .bytes(let tensor)): scalar = try Self.scalar(tensor) ?? scalar
        default: break
        }
      }
      if let scalar { scalars.append((tag, Double(scalar))) } else { others.append(tag) }
    }

    /// A tensor of one float32, as TensorFlow 2 writes scalars: dtype 1, tensor_content 4, float_val 5.
    private static func scalar(
      _ bytes: ArraySlice<UInt8>
    ) throws(ProtocolBuffer.Malformed) -> Float? {
      var type: UInt64 = 0
      var found: [UInt32] = []
      for field in try ProtocolBuffer.fields(bytes) {
        switch (field.number, field.value) {
        case (1, .integer(let number)): type = number
        case (4, .bytes(let content)) where content.count == 4:
          found.append(ProtocolBuffer.littleEndian(content))
        case (5, .bytes(let packed)) where packed.count == 4:
          found.append(ProtocolBuffer.littleEndian(packed))
        case (5, .fixed32(let bits)): found.append(bits)
        default: break
        }
      }
      return type == 1 && found.count == 1 ? Float(bitPattern: found[0]) : nil
    }
  }

  /// The records of a file, checked.
  private struct EventRecords {
    private let path: String
    private var file: ByteStream
    private var buffer: [UInt8] = []
    private var start = 0
    /// Bytes before the buffer's rest.
    private var offset = 0
    private(set) var count = 0

    init(path: String) throws {
      self.path = path
      file = try ByteStream(path: path)
    }

    mutating func next() throws -> (bytes: [UInt8], place: String)? {
      let place = "record \(count + 1) at byte \(offset)"
      guard try fill(1) else { return nil }
      guard try fill(12) else { throw broken(place) }
      let length = buffer[start..<(start + 8)]
      guard CRC32C.masked(length) == ProtocolBuffer.littleEndian(buffer[(start + 8)..<(start + 12)])
      else { throw damaged(place, "its length has another checksum than it says") }
      let size = length.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard size <= UInt64(EventRows.longestRecord) else {
        throw damaged(place, "is of \(size) bytes, which no event is")
      }
      let total = 16 + Int(size)
      guard try fill(total) else { throw broken(place) }
      let data = buffer[(start + 12)..<(start + 12 + Int(size))]
      let told = ProtocolBuffer.littleEndian(buffer[(start + total - 4)..<(start + total)])
      guard CRC32C.masked(data) == told else {
        throw damaged(place, "its data have another checksum than it says")
      }
      defer {
        start += total
        offset += total
        count += 1
      }
      return (Array(data), place)
    }

    /// Whether so many bytes are there from here on.
    private mutating func fill(_ wanted: Int) throws -> Bool {
      while buffer.count - start < wanted {
        guard let piece = try file.next() else { return false }
        buffer.removeFirst(start)
        start = 0
        buffer += piece
      }
      return true
    }

    private func broken(_ place: String) -> ImportFault {
      ImportFault(
        path, place,
        "the file ends within it, as while a run writes; keep what is whole: head -c \(offset) FILE "
          + "> whole.tfevents")
    }

    private func damaged(_ place: String, _ what: String) -> ImportFault {
      ImportFault(
        path, place,
        "\(what); copy the file again, or keep what is before: head -c \(offset) FILE > "
          + "whole.tfevents")
    }
  }
}

/// The checksum of event files.
enum CRC32C {
  /// Castagnoli's polynomial, bits reversed.
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1
    }
  }

  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { $0 >> 8 ^ table[Int(($0 ^ UInt32($1)) & 0xFF)] }
  }

  /// As records have it: turned by 15 bits, and a constant added.
  static func masked(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    let sum = checksum(bytes)
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }
}

/// Fields of a message, without its definition.
enum ProtocolBuffer {
  /// The bytes are no message.
  struct Malformed: Error {}

  enum Value {
    case integer(UInt64)
    case fixed32(UInt32)
    case fixed64
    case bytes(ArraySlice<UInt8>)
  }

  struct Field {
    var number: UInt64
    var value: Value
  }

  static func fields(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> [Field] {
    var rest = bytes
    var fields: [Field] = []
    while !rest.isEmpty {
      let key = try integer(&rest)
      let value: Value
      switch key & 7 {
      case 0: value = .integer(try integer(&rest))
      case 1:
        _ = try take(8, of: &rest)
        value = .fixed64
      case 2:
        let count = try integer(&rest)
        guard count <= UInt64(rest.count) else { throw Malformed() }
        value = .bytes(try take(Int(count), of: &rest))
      case 5: value = .fixed32(littleEndian(try take(4, of: &rest)))
      default: throw Malformed()
      }
      fields.append(Field(number: key >> 3, value: value))
    }
    return fields
  }

  static func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func take(
    _ count: Int, of rest: inout ArraySlice<UInt8>
  ) throws(Malformed) -> ArraySlice<UInt8> {
    guard rest.count >= count else { throw Malformed() }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  private static func integer(_ rest: inout ArraySlice<UInt8>) throws(Malformed) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = rest.popFirst() else { throw Malformed() }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw Malformed()
  }
}
