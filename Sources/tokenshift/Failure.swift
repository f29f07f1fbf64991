import ArgumentParser
import Foundation
import HDF5
import RunLogs

/// What went wrong, as a line and an exit code.
struct Failure {
  private let error: any Error

  init(_ error: any Error) { self.error = error }

  /// Prints the line (help and version: to standard output) and ends the process.
  func exit() -> Never {
    let code = TokenShift.exitCode(for: error)
    if code == .success {
      // Help and version are "errors" of the parser with text to print.
      print(TokenShift.fullMessage(for: error))
      Foundation.exit(0)
    }
    Terminal.printError("tokenshift: \(line)")
    Foundation.exit(isMachine ? 3 : 2)
  }

  /// One line, whatever the error's own text looks like.
  private var line: String {
    let isParsing = String(reflecting: type(of: error)).hasPrefix("ArgumentParser.")
    let text = isParsing ? TokenShift.message(for: error) : "\(describe(error))"
    return text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
  }

  private func describe(_ error: any Error) -> String {
    // Foundation's errors know the file and the reason, but not in their description.
    let domain = (error as NSError).domain
    if domain == NSCocoaErrorDomain || domain == NSPOSIXErrorDomain {
      return error.localizedDescription
    }
    return "\(error)"
  }

  /// Whether the machine is at fault rather than the input: disk full, out of memory.
  private var isMachine: Bool {
    if let error = error as? RunLogError { return error.kind == .noSpace }
    if let error = error as? HDF5Error { return error.kind == .noSpace }
    let cocoa = error as NSError
    let reasons = [cocoa, cocoa.userInfo[NSUnderlyingErrorKey] as? NSError].compactMap { $0 }
    return reasons.contains { reason in
      (reason.domain == NSPOSIXErrorDomain
        && [ENOSPC, EDQUOT, EIO, ENOMEM, EFBIG].contains(Int32(reason.code)))
        || (reason.domain == NSCocoaErrorDomain
          && reason.code == CocoaError.fileWriteOutOfSpace.rawValue)
    }
  }
}
