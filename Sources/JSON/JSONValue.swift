/// A JSON value: what a text holds, with nothing merged, reordered or rounded away.
package enum JSONValue: Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number written without fraction and exponent; `-0` is 0, as in most readers.
  case integer(Int64)
  /// A number written with fraction or exponent: the nearest double, always finite.
  case number(Double)
  /// Any other number, as it was written: an integer beyond 64 bits, one beyond the largest double
  /// such as `1e999`, and in Python's dialect `NaN`, `Infinity` and `-Infinity`.
  case otherNumber(String)
  /// A string, which may hold NUL.
  case string(String)
  /// A list of values.
  case array([JSONValue])
  /// Members in the order of the text; no key occurs twice.
  case object([JSONMember])

  /// The depth of nesting that is read unless the caller says otherwise.
  package static let defaultMaximumDepth = 512

  /// Parses a whole text of UTF-8 bytes.
  ///
  /// - Parameters:
  ///   - bytes: The text; nothing but white space may follow the value.
  ///   - maximumDepth: How deep arrays and objects may nest; at most 2,048.
  ///   - dialect: Whether Python's constants are numbers.
  /// - Throws: `JSONError` with the place of the first fault.
  package init(
    parsing bytes: [UInt8], maximumDepth: Int = JSONValue.defaultMaximumDepth,
    dialect: JSONDialect = .strict
  ) throws(JSONError) {
    self = try JSONParser.parse(bytes.span, maximumDepth: maximumDepth, dialect: dialect)
  }

  /// Parses a whole text that lies in memory, such as a mapped file, without copying it first.
  ///
  /// - Parameters:
  ///   - bytes: The text; nothing but white space may follow the value.
  ///   - maximumDepth: How deep arrays and objects may nest; at most 2,048.
  ///   - dialect: Whether Python's constants are numbers.
  /// - Throws: `JSONError` with the place of the first fault.
  package init(
    parsing bytes: RawSpan, maximumDepth: Int = JSONValue.defaultMaximumDepth,
    dialect: JSONDialect = .strict
  ) throws(JSONError) {
    self = try JSONParser.parse(
      Span(_bytes: bytes), maximumDepth: maximumDepth, dialect: dialect)
  }

  /// The value of an object's member, nil if this is no object or has no such key.
  ///
  /// Keys are compared as UTF-8 bytes. The search is linear: to visit thousands of members walk
  /// through `objectValue`.
  package subscript(key: String) -> JSONValue? {
    objectValue?.first { $0.hasKey(key) }?.value
  }

  /// The text, if this is a string.
  package var stringValue: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The number, if it was written as an integer.
  package var integerValue: Int64? {
    if case .integer(let number) = self { number } else { nil }
  }

  /// The number, written either way, if it is finite; integers beyond 2⁵³ are rounded.
  package var doubleValue: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    case .otherNumber(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
    default: nil
    }
  }

  /// The truth value, if this is one.
  package var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The elements, if this is an array.
  package var arrayValue: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The members in the order of the text, if this is an object.
  package var objectValue: [JSONMember]? {
    if case .object(let members) = self { members } else { nil }
  }
}

/// What counts as JSON.
package enum JSONDialect: Sendable {
  /// What RFC 8259 says.
  case strict
  /// Python's json module writes and reads `NaN`, `Infinity` and `-Infinity`, too.
  case python
}

/// One key of an object with its value.
package struct JSONMember: Sendable {
  /// The key, as written (escapes resolved, no Unicode normalisation).
  package let key: String
  /// What the key stands for.
  package let value: JSONValue

  /// A member of an object that a program builds.
  package init(key: String, value: JSONValue) {
    self.key = key
    self.value = value
  }

  /// Whether the key is the same sequence of Unicode scalars.
  package func hasKey(_ other: String) -> Bool { key.utf8.elementsEqual(other.utf8) }
}

// Swift's `==` on strings holds "é" and "e + accent" for equal; in JSON they are two texts.

extension JSONValue: Equatable {
  /// Whether both are the same value, with strings compared by bytes and members in order.
  package static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.number(let a), .number(let b)): a == b
    case (.otherNumber(let a), .otherNumber(let b)): a == b
    case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    default: false
    }
  }
}

extension JSONMember: Equatable {
  /// Whether key (by bytes) and value are the same.
  package static func == (left: JSONMember, right: JSONMember) -> Bool {
    left.hasKey(right.key) && left.value == right.value
  }
}
