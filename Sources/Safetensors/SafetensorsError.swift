package import Files

/// Why a safetensors file or a folder of them cannot be read or written: where, what and the fix.
package struct SafetensorsError: SystemFaultError, Equatable, CustomStringConvertible {
  /// The file or folder.
  package let path: String
  /// The tensor that it is about, if it is about one.
  package let tensor: String?
  /// Offset in the file, if the fault has a place.
  package let byteOffset: Int?
  /// What is wrong.
  package let reason: String
  /// What the user can do about it.
  package let fix: String
  package let systemFault: SystemFault?

  init(
    path: String, tensor: String? = nil, byteOffset: Int? = nil, reason: String, fix: String,
    fault: SystemFault? = nil
  ) {
    self.path = path
    self.tensor = tensor
    self.byteOffset = byteOffset
    self.reason = reason
    self.fix = fix
    systemFault = fault
  }

  /// Everything on one line.
  package var description: String {
    var line = path + ": "
    if let tensor { line += "tensor \(Self.quoted(tensor)): " }
    line += reason
    if let byteOffset { line += " (at byte \(byteOffset))" }
    return line + "; " + fix
  }

  /// A name from a file between quotes, safe to print: short, and without control characters.
  static func quoted(_ name: String) -> String {
    let longest = 120
    var text = ""
    for scalar in name.unicodeScalars.prefix(longest) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        text += "\\u{\(String(scalar.value, radix: 16))}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return "\"" + text + (name.unicodeScalars.count > longest ? "…" : "") + "\""
  }
}

extension SafetensorsError {
  /// The fix for a file that ends too early.
  static let copyAgain = "the file is incomplete: copy or download it again"
  /// The fix for a file that ends too early, where it is known by how much.
  static func lacks(_ count: Int) -> String {
    "the file lacks its last \(count) bytes: copy or download it again"
  }
  /// The fix for a file that no correct writer makes.
  static let saveAgain = "the file is damaged or not safetensors: save it again with the library"
}
