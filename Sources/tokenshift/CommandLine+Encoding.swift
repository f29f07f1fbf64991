import ArgumentParser
import Foundation

extension CommandLine {
  /// Refuses arguments that aren't UTF-8: as text, their bytes are gone, and another file would be
  /// looked for.
  ///
  /// - Throws: `ValidationError`.
  static func checkEncoding() throws {
    // Swift writes this character where bytes are none.
    guard arguments.contains(where: { $0.unicodeScalars.contains("\u{FFFD}") }),
      let bytes = FileManager.default.contents(atPath: "/proc/self/cmdline")
    else { return }
    for argument in bytes.split(separator: 0)
    where String(validating: argument, as: UTF8.self) == nil {
      throw ValidationError(
        "'\(String(decoding: argument, as: UTF8.self))': isn't UTF-8; rename the file, or name it "
          + "through a link")
    }
  }
}
