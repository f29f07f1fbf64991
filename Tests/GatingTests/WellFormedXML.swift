/// Elements of an XML text, read letter by letter: slow, and refuses all that isn't well formed as far as
/// JUnit files go (no DTD, no CDATA, no comments).
struct XMLElement {
  let name: String
  var attributes: [String: String] = [:]
  var children: [XMLElement] = []
  var text = ""

  func all(_ name: String) -> [XMLElement] {
    (self.name == name ? [self] : []) + children.flatMap { $0.all(name) }
  }
}

struct XMLFault: Error {
  let reason: String
}

struct XMLReader {
  private var rest: Substring

  static func read(_ text: String) throws -> XMLElement {
    var reader = XMLReader(rest: text[...])
    try reader.skip(#"<?xml version="1.0" encoding="UTF-8"?>"#)
    reader.skipSpace()
    let root = try reader.element()
    reader.skipSpace()
    guard reader.rest.isEmpty else { throw XMLFault(reason: "more after the root") }
    return root
  }

  private mutating func skipSpace() { rest = rest.drop { " \n\t\r\r\n".contains($0) } }

  private mutating func skip(_ text: String) throws {
    guard rest.hasPrefix(text) else { throw XMLFault(reason: "no \(text) at \(rest.prefix(20))") }
    rest = rest.dropFirst(text.count)
  }

  private mutating func name() throws -> String {
    let name = rest.prefix { $0.isLetter || $0.isNumber || "-_:.".contains($0) }
    guard let first = name.first, first.isLetter else { throw XMLFault(reason: "no name") }
    rest = rest.dropFirst(name.count)
    return String(name)
  }

  private func resolved(_ raw: Substring) throws -> String {
    guard !raw.contains("<") else { throw XMLFault(reason: "< in text") }
    for scalar in raw.unicodeScalars {
      let isAllowed =
        [0x9, 0xA, 0xD].contains(scalar.value) || scalar.value >= 0x20 && scalar.value < 0xFFFE
        || scalar.value > 0xFFFF
      guard isAllowed else { throw XMLFault(reason: "a character that XML forbids") }
    }
    var text = ""
    for (index, part) in raw.split(separator: "&", omittingEmptySubsequences: false).enumerated() {
      guard index > 0 else {
        text += part
        continue
      }
      let known = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
      guard let end = part.firstIndex(of: ";"), let sign = known[String(part[..<end])] else {
        throw XMLFault(reason: "a bare &")
      }
      text += sign + part[part.index(after: end)...]
    }
    return text
  }

  private mutating func element() throws -> XMLElement {
    try skip("<")
    var element = XMLElement(name: try name())
    while true {
      skipSpace()
      if rest.hasPrefix("/>") {
        rest = rest.dropFirst(2)
        return element
      }
      if rest.hasPrefix(">") { break }
      let key = try name()
      try skip("=\"")
      let value = rest.prefix { $0 != "\"" }
      guard element.attributes.updateValue(try resolved(value), forKey: key) == nil else {
        throw XMLFault(reason: "\(key) twice")
      }
      rest = rest.dropFirst(value.count)
      try skip("\"")
    }
    try skip(">")
    while !rest.hasPrefix("</") {
      guard !rest.isEmpty else { throw XMLFault(reason: "\(element.name) isn't closed") }
      if rest.hasPrefix("<") {
        element.children.append(try self.element())
      } else {
        let text = rest.prefix { $0 != "<" }
        element.text += try resolved(text)
        rest = rest.dropFirst(text.count)
      }
    }
    try skip("</\(element.name)>")
    return element
  }
}
