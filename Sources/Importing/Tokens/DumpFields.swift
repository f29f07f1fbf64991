internal import Foundation
internal import JSON

/// Reading of ids and of numbers that may stand for none.
///
/// vLLM and OpenAI write −9999 for "not at all likely", llama.cpp the lowest 32-bit number for a probability
/// of 0, and all write null where there is none: none of these is a log-probability.
enum DumpFields {
  /// At or below it nothing is a log-probability.
  static let lowest = -9_999.0
  /// What rounding leaves beyond the range of probabilities and entropies.
  static let rounding = 1e-3
  /// And of log-probabilities above 0: half a step of bfloat16 logits of 16 to 32.
  static let logRounding = 0.0625

  /// An id of a vocabulary.
  static func id(
    _ value: JSONValue, _ record: DumpRecord, _ name: @autoclosure () -> String
  ) throws(ImportFault) -> UInt32 {
    guard let number = value.integerValue, (0..<1 << 31).contains(number) else {
      throw record.fault(
        name(),
        "is no id of a token: a whole number from 0 to 2147483647; repair or remove the text")
    }
    return UInt32(number)
  }

  static func ids(
    _ value: JSONValue?, _ record: DumpRecord, _ name: String
  ) throws(ImportFault) -> [UInt32] {
    let values = try list(value, record, name)
    var ids: [UInt32] = []
    ids.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      ids.append(try id(value, record, "\(name)[\(index)]"))
    }
    return ids
  }

  static func list(
    _ value: JSONValue?, _ record: DumpRecord, _ name: String
  ) throws(ImportFault) -> [JSONValue] {
    guard let list = value?.arrayValue else {
      throw record.fault(
        name, value == nil ? "is missing; remove the text" : "is no list; remove the text")
    }
    return list
  }

  /// A log-probability in nats; NaN where there is none.
  static func logProbability(
    _ value: JSONValue, _ record: DumpRecord, _ name: @autoclosure () -> String
  ) throws(ImportFault) -> Float {
    guard let number = try number(value, record, name()) else { return .nan }
    guard number <= logRounding else {
      throw record.fault(
        name(), "is \(number), and no log-probability is above 0; give natural log-probabilities")
    }
    return number > lowest ? Float(min(number, 0)) : .nan
  }

  /// A probability's logarithm; NaN where there is none, and of 0.
  static func logOfProbability(
    _ value: JSONValue, _ record: DumpRecord, _ name: @autoclosure () -> String
  ) throws(ImportFault) -> Float {
    guard let number = try number(value, record, name()) else { return .nan }
    guard number >= 0, number <= 1 + rounding else {
      throw record.fault(name(), "is \(number), no probability; repair or remove the text")
    }
    return number > 0 ? Float(min(log(number), 0)) : .nan
  }

  /// An entropy in nats; NaN where there is none.
  static func entropy(
    _ value: JSONValue, _ record: DumpRecord, _ name: @autoclosure () -> String
  ) throws(ImportFault) -> Float {
    guard let number = try number(value, record, name()) else { return .nan }
    guard number >= -rounding else {
      throw record.fault(
        name(), "is \(number), and no entropy is below 0; repair or remove the text")
    }
    return Float(max(number, 0))
  }

  /// A number; nil for null and for what is infinite or NaN.
  private static func number(
    _ value: JSONValue, _ record: DumpRecord, _ name: @autoclosure () -> String
  ) throws(ImportFault) -> Double? {
    switch value {
    case .null, .otherNumber: return nil
    case .integer(let number): return Double(number)
    case .number(let number): return number
    case .bool, .string, .array, .object:
      throw record.fault(name(), "is no number; repair or remove the text")
    }
  }

  /// Whether a token counts: true, false, 1, 0.
  static func mask(
    _ value: JSONValue?, _ record: DumpRecord, _ name: String
  ) throws(ImportFault) -> [Bool] {
    let values = try list(value, record, name)
    var mask: [Bool] = []
    mask.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      switch (value, value.doubleValue) {
      case (.bool(let isTrue), _): mask.append(isTrue)
      case (_, 0?): mask.append(false)
      case (_, 1?): mask.append(true)
      default:
        throw record.fault("\(name)[\(index)]", "is neither 0 nor 1; remove the text")
      }
    }
    return mask
  }

  static func checkCount(
    _ count: Int, _ name: String, is expected: Int, of other: String, _ record: DumpRecord
  ) throws(ImportFault) {
    guard count == expected else {
      throw record.fault(
        name,
        "has \(count) entries and \(other) \(expected); both are over the same tokens: repair or "
          + "remove the text")
    }
  }
}

extension DumpedText {
  /// Sets prompt and response of a list of all tokens by the mask over them; false if no token counts.
  mutating func setResponse(by mask: [Bool]) -> Bool {
    guard let first = mask.firstIndex(of: true) else { return false }
    responseStart = first
    let rest = mask[first...]
    responseMask = rest.contains(false) ? Array(rest) : nil
    return true
  }

  /// Takes away what no model says: of the first token, which comes after nothing.
  ///
  /// - Parameter always: also where the source has no prompt, whose end the first token would follow.
  mutating func removeFirst(always: Bool = false) {
    guard always || responseStart > 0 else { return }
    for index in models.indices { models[index].removeFirst() }
  }
}

extension DumpedColumns {
  fileprivate mutating func removeFirst() {
    if !logProbability.isEmpty { logProbability[0] = .nan }
    if !entropy.isEmpty { entropy[0] = .nan }
    if !rank.isEmpty { rank[0] = 0 }
    if !lists.isEmpty { lists[0] = [] }
  }
}
