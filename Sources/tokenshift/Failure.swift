import ArgumentParser
import Foundation
import HDF5
import Kernels
import Plotting
import Reporting
import RunLogs
import Safetensors
import Scoring
import Tokenization
import Training

/// What went wrong, as a line and an exit code.
struct Failure {
  private let error: any Error
  /// What is said behind the error's own line.
  private let note: String?

  init(_ error: any Error) {
    let unfinished = error as? UnfinishedRun
    let undrawn = error as? Undrawn
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
    Terminal.printError("tokenshift: \(line)")
    if error is Interrupted { Interruption.end() }
    Foundation.exit(error is GateNotMet ? 1 : isMachine ? 3 : 2)
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
    if let error = error as? MappedFileError { return "\(error); \(error.fault.mend)" }
    if case ScoringError.unreadable(_, _, let fault) = error, fault.isMachine {
      return "\(error); \(fault.mend)"
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
    switch error {
    case is OutputError: return true
    case let error as MappedFileError: return error.fault.isMachine
    case let error as SafetensorsError: return error.fault?.isMachine ?? false
    case ScoringError.unreadable(_, _, let fault): return fault.isMachine
    case TokenizerError.unreadable(_, _, let isMachine): return isMachine
    case let error as CheckpointError: return error.fault.isMachine
    case TrainingError.stopped(_, _, let fault, _): return fault.isMachine
    case let error as RunLogError: return [.noSpace, .deviceFailed].contains(error.kind)
    case let error as HDF5Error: return [.noSpace, .deviceFailed].contains(error.kind)
    case PlottingError.noSpace: return true
    default: return isMachineOfFoundation
    }
  }

  private var isMachineOfFoundation: Bool {
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

extension NSError {
  /// The system's words for what went wrong, without Foundation's sentence around them.
  var systemReason: String {
    let underlying = userInfo[NSUnderlyingErrorKey] as? NSError
    let system = [self, underlying].compactMap { $0 }.first { $0.domain == NSPOSIXErrorDomain }
    if system == nil, domain == NSCocoaErrorDomain {
      switch code {
      case CocoaError.fileWriteFileExists.rawValue:
        return "a file of that name is there already; choose another name"
      case CocoaError.fileWriteUnknown.rawValue:
        return "can't be written; is a part of the path a file?"
      case CocoaError.fileWriteOutOfSpace.rawValue:
        return "no space left; free space or choose another disk"
      default: break
      }
    }
    let words =
      system.flatMap { POSIXErrorCode(rawValue: Int32($0.code)) }
      .map { POSIXError($0).localizedDescription } ?? localizedDescription
    let number = system.map { Int32($0.code) }
    if let number, SystemFault(number: number).isMachine {
      return words.replacing("The operation could not be completed. ", with: "") + "; "
        + SystemFault(number: number).mend
    }
    return words.replacing("The operation could not be completed. ", with: "")
  }
}
