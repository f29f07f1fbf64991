internal import CHDF5
internal import Files

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What was being done when a call failed; the raw value begins the message.
enum Attempt: String {
  case opening = "cannot open"
  case reading = "cannot read"
  case creating = "cannot create"
  case writing = "cannot write"
  case replacing = "cannot replace"

  var isReading: Bool { self == .opening || self == .reading }
}

/// The library's error messages of the last failing call on this thread, innermost first.
struct ErrorStack {
  let messages: [String]

  /// Reads the stack; to be called under the library's lock, right after the call that failed.
  init() {
    let text = unsafe String(unsafeUninitializedCapacity: 8_192) { buffer in
      unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
        unsafe chdf5_errors(characters.baseAddress, characters.count)
      }
    }
    messages = text.split(separator: "\n").map(String.init)
  }

  init(messages: [String]) { self.messages = messages }

  /// The system's error number that the file driver reports in its text, if one failed there.
  var systemError: Int32? {
    for message in messages {
      guard let range = message.firstRange(of: "errno = ") else { continue }
      if let number = Int32(message[range.upperBound...].prefix(while: \.isNumber)) {
        return number
      }
    }
    return nil
  }

  func contains(_ words: String) -> Bool { messages.contains { $0.contains(words) } }

  /// The error for a failed attempt.
  func error(file: String, object: String = "", while attempt: Attempt) -> HDF5Error {
    if let number = systemError {
      return .system(number, file: file, object: object, while: attempt)
    }
    if contains("truncated file") {
      return HDF5Error(
        .damaged, file: file, object: object,
        "the HDF5 file is truncated (an interrupted copy?): make or copy it again")
    }
    if contains("file signature") {
      return HDF5Error(.notHDF5, file: file, object: object, "not an HDF5 file")
    }
    if contains("no write intent") {
      return HDF5Error(
        .unwritable, file: file, object: object,
        "\(attempt.rawValue): the file is open for reading only")
    }
    let innermost = messages.first ?? "no reason given"
    return HDF5Error(
      attempt.isReading ? .damaged : .library, file: file, object: object,
      "\(attempt.rawValue): HDF5: \(innermost)")
  }
}

extension HDF5Error {
  /// The error for a system call's `errno`.
  static func system(
    _ number: Int32, file: String, object: String = "", while attempt: Attempt
  ) -> HDF5Error {
    let reason = unsafe String(cString: strerror(number))
    let fault = SystemFault(number: number)
    let (kind, fix): (Kind, String?) =
      switch (fault, number) {
      case (.noSpace, _), (.fileSizeLimit, _): (.noSpace, fault.fix)
      case (.device, _): (.deviceFailed, fault.fix)
      case (.missing, _), (.notAFolder, _): (.missingFile, nil)
      case (_, EEXIST): (.fileExists, "remove it or choose another name")
      case (_, EAGAIN): (.busy, "another process is writing it")
      default: (attempt.isReading ? .unreadable : .unwritable, nil)
      }
    return HDF5Error(
      kind, file: file, object: object,
      "\(attempt.rawValue): \(reason)\(fix.map { ": " + $0 } ?? "")")
  }
}
