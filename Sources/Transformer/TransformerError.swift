/// What is wrong with a checkpoint or with the ids given to it; one line that names the place and
/// the mend.
public enum TransformerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// `config.json` can't be read or lacks something.
  case configuration(path: String, String)
  /// A setting that would change the result and isn't implemented.
  case unsupported(path: String, key: String, value: String, mend: String)
  /// A tensor that the configuration calls for isn't there.
  case missingTensor(String, location: String)
  /// A tensor that this architecture doesn't use: ignoring it could change the result.
  case unexpectedTensor(String, location: String)
  /// A tensor's shape is not what the configuration says.
  case shape(tensor: String, found: [Int], expected: [Int], location: String)
  /// A tensor is stored in a type that can't be read as numbers.
  case elementType(tensor: String, found: String, location: String)
  /// NaN or infinity among the weights.
  case notFinite(tensor: String, index: Int, location: String)
  /// `tie_word_embeddings` is on, yet the head is stored with other numbers.
  case contradictsTying(tensor: String, location: String)
  /// A token id outside the vocabulary.
  case tokenOutOfRange(id: Int, vocabularySize: Int)
  /// Nothing to continue.
  case emptyPrompt
  /// More tokens than the model has positions for.
  case tooLong(count: Int, contextLength: Int)
  /// A model whose backward pass isn't implemented.
  case notTrainable(String)
  /// Logits that aren't numbers, behind that many tokens of the prompt of that index and its response.
  case logitsNotFinite(prompt: Int, key: String, token: Int)
  /// More tokens than a model can be continued to, though it can score them.
  case notContinuable(count: Int, limit: Int, scaling: String)

  /// One line for a user.
  public var description: String {
    switch self {
    case .configuration(let path, let message): "\(path): \(message)"
    case .unsupported(let path, let key, let value, let mend):
      "\(path): '\(key)' is \(value), which is not supported; \(mend)"
    case .missingTensor(let name, let location):
      "\(location): tensor '\(name)' is missing; is config.json of another model, or a shard absent?"
    case .unexpectedTensor(let name, let location):
      "\(location): tensor '\(name)' is not used by this architecture; "
        + "merge adapters and remove what doesn't belong to the model"
    case .shape(let tensor, let found, let expected, let location):
      "\(location): tensor '\(tensor)' has shape \(found), config.json makes it \(expected)"
    case .elementType(let tensor, let found, let location):
      "\(location): tensor '\(tensor)' is stored as \(found); save it as F32, F16 or BF16"
    case .notFinite(let tensor, let index, let location):
      "\(location): tensor '\(tensor)' holds NaN or infinity at element \(index); "
        + "this checkpoint can't be scored, take an earlier one"
    case .contradictsTying(let tensor, let location):
      "\(location): config.json ties the embeddings, but tensor '\(tensor)' differs from them; "
        + "set tie_word_embeddings to false or remove the tensor"
    case .tokenOutOfRange(let id, let vocabularySize):
      "token id \(id) is outside the vocabulary of \(vocabularySize); "
        + "are these ids from another tokenizer?"
    case .emptyPrompt:
      "an empty prompt can't be continued; begin it with the beginning-of-sequence token"
    case .tooLong(let count, let contextLength):
      "\(count) tokens are more than the context of \(contextLength); cut the text"
    case .notTrainable(let what):
      "training of \(what) is not implemented; start from a Qwen2 or Llama checkpoint without"
    case .logitsNotFinite(_, let key, let token):
      "prompt '\(key)', token \(token): the model gives NaN or infinite logits; "
        + "its weights overflow, take another checkpoint"
    case .notContinuable(let count, let limit, let scaling):
      "prompt and response of \(count) tokens are more than \(limit): beyond, rope scaling "
        + "\(scaling) turns what was already read anew, which generation doesn't do; ask for fewer"
    }
  }
}
