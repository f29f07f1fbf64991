import ArgumentParser
import Files
import Foundation
import HDF5
import Plotting
import Reporting
import RunLogs
import Safetensors
import Scoring
import Study
import Tokenization
import Training

/// A result that is printed already and says no.
struct PrintedVerdict: NegativeResult {}

/// What went wrong, as a line and an exit code.
struct Failure {
  private let error: any Error
  /// What is said after the error's own line.
  private let note: String?

  init(_ error: any Error) {
    let unfinished = error as? UnfinishedRun
    let undrawn = error as? UndrawnMap
    self.error = unfinished?.cause ?? undrawn?.cause ?? error
    note = unfinished?.note ?? undrawn?.note
  }

  /// Prints the line (help and version: to standard output) and ends the process.
  func exit() -> Never {
    let code = TokenShift.exitCode(for: error)
    if code == .success {
      // Help and version are "errors" of the parser with text to print.
      do {
        try Terminal.printResult(TokenShift.fullMessage(for: error))
        Foundation.exit(0)
      } catch { Failure(error).exit() }
    }
    // Another process of the tool has said why.
    if let ended = error as? ExitCode { Foundation.exit(ended.rawValue) }
    if !(error is PrintedVerdict) { Terminal.printError("tokenshift: \(line)") }
    if error is Interrupted { Interruption.end() }
    Foundation.exit(error is any NegativeResult ? 1 : isMachine ? 3 : 2)
  }

  /// One line, whatever the error's own text looks like.
  private var line: String {
    let isParsing = String(reflecting: type(of: error)).hasPrefix("ArgumentParser.")
    let text = isParsing ? TokenShift.message(for: error) : "\(describe(error))"
    let joined = (Self.shortened(text) + (note.map { "; " + $0 } ?? "")).split(
      whereSeparator: \.isNewline
    )
    .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
    return Terminal.harmless(joined)
  }

  /// The message with long words, paths and arguments cut in their middle, and cut in its own where it
  /// still is longer than anybody reads.
  private static func shortened(_ text: String) -> String {
    guard text.utf8.count > 200 else { return text }
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map {
      VisibleText.shortened(String($0), to: 240)
    }
    return VisibleText.shortened(words.joined(separator: " "), to: 2_400)
  }

  private func describe(_ error: any Error) -> String {
    if let error = error as? FileError { return "\(error); \(error.fault.fix)" }
    if case ScoringError.unreadable(_, _, let fault) = error, fault.isMachine {
      return "\(error); \(fault.fix)"
    }
    let known = error as NSError
    guard [NSCocoaErrorDomain, NSPOSIXErrorDomain].contains(known.domain) else { return "\(error)" }
    // Foundation's errors know the file and the reason, but not in their description.
    let path =
      known.userInfo[NSFilePathErrorKey] as? String
      ?? (known.userInfo[NSURLErrorKey] as? URL)?.path
    return (path.map { $0 + ": " } ?? "") + known.systemReason
  }

  /// Whether the machine is at fault rather than the input: disk full, out of memory.
  var isMachine: Bool {
    if let refused = error as? any SystemFaultError {
      return refused.systemFault?.isMachine ?? false
    }
    return error is OutputError || FileError(error, path: "").fault.isMachine
  }
}

extension NSError {
  /// The system's words for what went wrong, without Foundation's sentence around them.
  var systemReason: String {
    let error = FileError(self, path: "")
    if domain == NSCocoaErrorDomain, error.fault == .other {
      switch code {
      case CocoaError.fileWriteFileExists.rawValue:
        return "a file of that name is there already; choose another name"
      case CocoaError.fileWriteUnknown.rawValue:
        return "can't be written; is a part of the path a file?"
      default: break
      }
    }
    return error.fault.isMachine || error.fault == .notAFolder
      ? "\(error.reason); \(error.fault.fix)" : error.reason
  }
}
