package import Files
internal import Foundation
internal import Texts

/// What keeps texts from being scored; one line that names the file, the place and the fix.
package enum ScoringError: SystemFaultError, Equatable, CustomStringConvertible {
  /// A file or folder can't be read; the machine may be at fault, say a disk that fails.
  case unreadable(path: String, reason: String, fault: SystemFault = .other)
  /// A line of the texts is not what it should be.
  case badLine(path: String, line: Int, String)
  /// The file has no texts.
  case noTexts(path: String)
  /// A text has no ids and the model has no tokenizer.
  case needsTokenizer(path: String, line: Int, directory: String)
  /// A beginning-of-sequence token is asked for and the tokenizer has none.
  case noBeginningOfSequence(directory: String)
  /// The tokenizer has tokens that the model has no row for.
  case tokenizerTooLarge(directory: String, tokenizerSize: Int, vocabularySize: Int)
  /// Two models' tokenizers count other bytes for the same responses, given as ids.
  case bytesDiffer(String, String)
  /// The same id is another token for each of two models.
  case tokensDiffer(String, String, id: Int32, [UInt8], [UInt8])
  /// Two models that are to be compared have different numbers of logits, and no tokenizers to tell
  /// which of them are the same tokens.
  case vocabulariesDiffer(String, Int, String, Int)
  /// The ids of no text give its text back: they come from another tokenizer.
  case idsOfAnotherTokenizer(path: String, directory: String)
  /// A model's logits are NaN or infinite.
  case notFinite(model: String, path: String, line: Int, token: Int)
  /// The run doesn't fit into the memory that it may take, bytes; smaller batches than of so many
  /// tokens would help, unless nil.
  case memoryTooSmall(needed: Int, budget: Int, batchTokens: Int?)
  /// The environment names no part of the work, or several.
  case badShard(String)
  /// A pair names a model that isn't there, or a model is named twice.
  case badModels(String)

  /// One line for a user.
  package var description: String {
    switch self {
    case .unreadable(let path, let reason, _): "\(path): \(reason)"
    case .badLine(let path, let line, let message): "\(path), line \(line): \(message)"
    case .noTexts(let path):
      "\(path): holds no texts; each line is {\"prompt\": …, \"response\": …}"
    case .needsTokenizer(let path, let line, let directory):
      "\(path), line \(line): has not both prompt_ids and response_ids, and \(directory) "
        + "has no tokenizer.json; add one of both"
    case .noBeginningOfSequence(let directory):
      "\(directory): the tokenizer has no beginning-of-sequence token, which --bos always asks for; "
        + "use --bos auto or --bos never"
    case .tokenizerTooLarge(let directory, let tokenizerSize, let vocabularySize):
      "\(directory)/tokenizer.json: has \(tokenizerSize) tokens, the model only \(vocabularySize) "
        + "rows; this is another model's tokenizer"
    case .bytesDiffer(let a, let b):
      "\(a) and \(b) have different tokenizers, which count other bytes for the same ids; give the "
        + "texts' \"response\" as text"
    case .tokensDiffer(let a, let b, let id, let ofA, let ofB):
      "models '\(a)' and '\(b)' have different tokenizers: id \(id) is \(Self.quoted(ofA)) for one "
        + "and \(Self.quoted(ofB)) for the other, so their tokens can't be compared; 'tokenshift "
        + "dynamics' compares them in nats per byte"
    case .vocabulariesDiffer(let a, let aSize, let b, let bSize):
      "models '\(a)' and '\(b)' have \(aSize) and \(bSize) logits, and not both a tokenizer.json that "
        + "says which are the same tokens; add it to both folders, or score them into separate logs"
    case .idsOfAnotherTokenizer(let path, let directory):
      "\(path): no response_ids give back their response with \(directory)/tokenizer.json; "
        + "is it another model's tokenizer?"
    case .notFinite(let model, let path, let line, let token):
      "\(path), line \(line), token \(token): model '\(model)' gives NaN or infinite logits; "
        + "its weights overflow, take another checkpoint"
    case .memoryTooSmall(let needed, let budget, let batchTokens):
      "the run needs \(Self.size(needed)) of memory, and may take \(Self.size(budget)), one model after "
        + "another; raise --memory\(batchTokens.map { ", or lower --batch-tokens below \($0)" } ?? "")"
    case .badShard(let message): "--shard auto: \(message)"
    case .badModels(let message): message
    }
  }

  package var systemFault: SystemFault? {
    guard case .unreadable(_, _, let fault) = self else { return nil }
    return fault
  }

  private static func size(_ bytes: Int) -> String {
    bytes < 1_000_000_000
      ? String(format: "%.0f MB", Double(bytes) / 1e6)
      : String(format: "%.1f GB", Double(bytes) / 1e9)
  }

  /// A token between quotes on one line, short, bytes that are no text as U+FFFD.
  private static func quoted(_ token: [UInt8]) -> String {
    var text = ""
    for scalar in String(decoding: token.prefix(40), as: UTF8.self).unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        text += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return "'" + text + (token.count > 40 ? "…" : "") + "'"
  }
}

extension ScoringError {
  /// What keeps a file of texts from being read.
  init(_ error: TextError) {
    self =
      if let line = error.line {
        .badLine(path: error.path, line: line, error.reason)
      } else {
        .unreadable(path: error.path, reason: error.reason, fault: error.fault)
      }
  }
}
