internal import JSON
internal import Texts

/// The fields of one line, each asked for what it must hold.
struct TextLineFields {
  let row: TextRow
  let line: Int
  let path: String

  /// A string, or a whole number written as one: both are common as identifiers.
  ///
  /// Tables write whole numbers as `12.0` where one row of the column has none.
  func name(_ field: TextFields.Field) throws(ScoringError) -> String? {
    try value(of: field, "a string or a whole number") { value in
      if let number = Self.wholeNumber(value) { return String(number) }
      // Beyond 64 bits: its digits.
      if case .otherNumber(let digits) = value, digits.allSatisfy(\.isNumber) { return digits }
      return value.stringValue
    }
  }

  func text(_ field: TextFields.Field) throws(ScoringError) -> String? {
    try value(of: field, "a string", \.stringValue)
  }

  func integer(_ field: TextFields.Field) throws(ScoringError) -> Int64? {
    try value(of: field, "a whole number", Self.wholeNumber)
  }

  func number(_ field: TextFields.Field) throws(ScoringError) -> Double? {
    try value(of: field, "a number", \.doubleValue)
  }

  func flag(_ field: TextFields.Field) throws(ScoringError) -> Bool? {
    try value(of: field, "true or false, or 1 or 0", Self.flag)
  }

  /// What a field holds, nil where it isn't there.
  private func value<Value>(
    of field: TextFields.Field, _ expected: String, _ convert: (JSONValue) -> Value?
  ) throws(ScoringError) -> Value? {
    guard let value = row.values[field] else { return nil }
    guard let converted = convert(value) else { throw wrong(field, expected) }
    return converted
  }

  func tokenIDs(_ field: TextFields.Field) throws(ScoringError) -> [Int32]? {
    guard let value = row.values[field] else { return nil }
    guard let elements = value.arrayValue else { throw wrong(field, "a list of token ids") }
    var ids: [Int32] = []
    ids.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      guard let number = element.integerValue, let id = Int32(exactly: number), id >= 0 else {
        throw bad(
          "\"\(row.name(of: field))\"[\(index)] is \(Self.short(element)), not a token id (0, 1, 2, …)"
        )
      }
      ids.append(id)
    }
    return ids
  }

  /// Which of the response's tokens count; nil if all do.
  func mask(of ids: [Int32]?) throws(ScoringError) -> [Bool]? {
    guard let value = row.values[.responseMask] else { return nil }
    let name = row.name(of: .responseMask)
    guard let elements = value.arrayValue else { throw wrong(.responseMask, "a list of 0 and 1") }
    guard let ids else {
      throw bad(
        "\"\(name)\" needs \"response_ids\": it says of each of them whether the model wrote it")
    }
    guard elements.count == ids.count else {
      throw bad(
        "\"\(name)\" has \(elements.count) entries for \(ids.count) response ids; give one for each"
      )
    }
    var mask: [Bool] = []
    mask.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      guard let flag = Self.flag(element) else {
        throw bad("\"\(name)\"[\(index)] is \(Self.short(element)), not 0 or 1")
      }
      mask.append(flag)
    }
    return mask.contains(false) ? mask : nil
  }

  private static func wholeNumber(_ value: JSONValue) -> Int64? {
    if let number = value.integerValue { return number }
    // Doubles hold all whole numbers only up to 2⁵³.
    guard let number = value.doubleValue, abs(number) <= 0x1p53 else { return nil }
    return Int64(exactly: number)
  }

  private static func flag(_ value: JSONValue) -> Bool? {
    if let flag = value.boolValue { return flag }
    return switch wholeNumber(value) {
    case 0: false
    case 1: true
    default: nil
    }
  }

  private static func short(_ value: JSONValue) -> String {
    let text = value.serialized()
    return text.count > 60 ? text.prefix(60) + "…" : text
  }

  private func bad(_ reason: String) -> ScoringError { .badLine(path: path, line: line, reason) }

  private func wrong(_ field: TextFields.Field, _ expected: String) -> ScoringError {
    bad("\"\(row.name(of: field))\" should be \(expected)")
  }
}
