import CJansson

/// The bridge to jansson: bytes in, a Swift value out; the only unsafe code of the target.
enum JanssonParser {
  /// Jansson's own bound, compiled into it.
  static let deepestParse = 2048

  static func parse(_ bytes: [UInt8], maximumDepth: Int) throws(JSONError) -> JSONValue {
    try parse(unsafe bytes.span.bytes, maximumDepth: maximumDepth)
  }

  static func parse(_ bytes: RawSpan, maximumDepth: Int) throws(JSONError) -> JSONValue {
    do throws(JSONError) {
      return try value(bytes, maximumDepth: maximumDepth)
    } catch {
      var known = error
      let start = bytes.extracting(first: FileSignature.longest)
      known.signature = FileSignature(start: unsafe start.withUnsafeBytes { unsafe [UInt8]($0) })
      throw known
    }
  }

  private static func value(_ bytes: RawSpan, maximumDepth: Int) throws(JSONError) -> JSONValue {
    guard bytes.byteCount > 0 else {
      throw JSONError(reason: "the text is empty", line: 1, column: 0, byteOffset: 0)
    }
    // Jansson drops a raw NUL behind a number (2.14 takes "[1\0]" for "[1]"); JSON allows none.
    let firstNUL = unsafe bytes.withUnsafeBytes {
      unsafe jansson_first_nul($0.baseAddress, $0.count)
    }
    if firstNUL < bytes.byteCount {
      throw fault("a raw NUL byte, which no JSON text holds", at: firstNUL + 1, in: bytes)
    }
    let limit = min(maximumDepth, deepestParse)
    var error = json_error_t()
    let parsed = unsafe bytes.withUnsafeBytes { buffer in
      unsafe json_loadb(
        buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count,
        jansson_strict_flags(), &error)
    }
    guard let root = unsafe parsed else {
      let reason = message(of: &error)
      if reason.hasPrefix("maximum parsing depth") {
        throw tooDeep(bytes, maximum: limit)
      }
      let isNotUTF8 = reason.hasPrefix("unable to decode byte")
      throw JSONError(
        reason: isNotUTF8 ? reason + " (not UTF-8)" : reason, line: Int(error.line),
        column: Int(error.column),
        byteOffset: Int(error.position))
    }
    defer { unsafe json_decref(root) }
    guard let value = unsafe convert(root, depthLeft: limit) else {
      throw tooDeep(bytes, maximum: limit)
    }
    return value
  }

  private static func tooDeep(_ bytes: RawSpan, maximum: Int) -> JSONError {
    let copy = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    return JSONError(
      reason: "arrays and objects nest deeper than \(maximum)",
      byteOffset: NestingDepth.excess(in: copy, maximum: maximum), of: copy)
  }

  private static func fault(_ reason: String, at byteOffset: Int, in bytes: RawSpan) -> JSONError {
    let copy = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    return JSONError(reason: reason, byteOffset: byteOffset, of: copy)
  }

  /// Jansson's text on one line: it quotes the input, which may hold anything.
  private static func message(of error: inout json_error_t) -> String {
    let text = unsafe String(cString: jansson_error_text(&error))
    return text.unicodeScalars.map { scalar in
      scalar.value < 0x20 || scalar.value == 0x7F
        ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }.joined()
  }

  /// The Swift value, nil if it nests deeper than `depthLeft`.
  private static func convert(
    _ json: UnsafeMutablePointer<json_t>, depthLeft: Int
  ) -> JSONValue? {
    switch unsafe json.pointee.type {
    case JSON_OBJECT: unsafe convertObject(json, depthLeft: depthLeft)
    case JSON_ARRAY: unsafe convertArray(json, depthLeft: depthLeft)
    case JSON_STRING:
      unsafe .string(string(json_string_value(json), byteCount: json_string_length(json)))
    case JSON_INTEGER: unsafe .integer(Int64(json_integer_value(json)))
    case JSON_REAL: unsafe .number(json_real_value(json))
    case JSON_TRUE: .bool(true)
    case JSON_FALSE: .bool(false)
    default: .null
    }
  }

  private static func convertArray(
    _ json: UnsafeMutablePointer<json_t>, depthLeft: Int
  ) -> JSONValue? {
    guard depthLeft > 0 else { return nil }
    let count = unsafe json_array_size(json)
    var elements: [JSONValue] = []
    elements.reserveCapacity(count)
    for index in 0..<count {
      guard let element = unsafe json_array_get(json, index),
        let value = unsafe convert(element, depthLeft: depthLeft - 1)
      else { return nil }
      elements.append(value)
    }
    return .array(elements)
  }

  private static func convertObject(
    _ json: UnsafeMutablePointer<json_t>, depthLeft: Int
  ) -> JSONValue? {
    guard depthLeft > 0 else { return nil }
    var members: [JSONMember] = []
    unsafe members.reserveCapacity(json_object_size(json))
    var iterator = unsafe json_object_iter(json)
    while let position = unsafe iterator {
      guard let element = unsafe json_object_iter_value(position),
        let value = unsafe convert(element, depthLeft: depthLeft - 1)
      else { return nil }
      let key = unsafe string(
        json_object_iter_key(position), byteCount: json_object_iter_key_len(position))
      members.append(JSONMember(key: key, value: value))
      unsafe iterator = unsafe json_object_iter_next(json, position)
    }
    return .object(members)
  }

  /// Bytes that jansson has checked to be UTF-8, with NUL allowed among them.
  private static func string(_ start: UnsafePointer<CChar>?, byteCount: Int) -> String {
    let buffer = unsafe UnsafeRawBufferPointer(start: start, count: byteCount)
    return unsafe String(decoding: buffer, as: UTF8.self)
  }
}
