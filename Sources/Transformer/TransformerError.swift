/// What is wrong with a checkpoint or with the ids given to it; one line that names the place and
/// the fix.
package enum TransformerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// `config.json` can't be read or lacks something.
  case configuration(path: String, String)
  /// Settings of `config.json` that would change the result and aren't implemented, all there are.
  case unsupported(path: String, [UnsupportedSetting])
  /// A tensor that the configuration calls for isn't there.
  case missingTensor(String, location: String)
  /// A tensor that this architecture doesn't use: ignoring it could change the result.
  case unexpectedTensor(String, location: String)
  /// The decoder's tensors stand below a prefix whose meaning isn't known.
  case unknownPrefix(String, expected: String, location: String)
  /// Two decoders, at these prefixes, each of which could be the model.
  case twoDecoders([String], location: String)
  /// Two tensors that would be one if the names are read as those around them.
  case sameTensor([String], location: String)
  /// A model that was saved with an adapter inside.
  case unmergedAdapter(tensor: String, location: String)
  /// A tensor without numbers.
  case emptyTensor(String, location: String)
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
  /// Logits that aren't numbers, after that many tokens of the prompt of that index and its response.
  case logitsNotFinite(prompt: Int, key: String, token: Int)
  /// More tokens than a model can be continued to, though it can score them.
  case notContinuable(count: Int, limit: Int, scaling: String)

  /// One line for a user.
  package var description: String {
    switch self {
    case .configuration(let path, let message): "\(path): \(message)"
    case .missingTensor(WeightNames.head, let location):
      "\(location): tensor '\(WeightNames.head)' is missing, and config.json doesn't tie it to the "
        + "embedding; is a shard absent, or tie_word_embeddings lost?"
    case .unsupported(let path, let settings):
      "\(path): " + settings.map(\.description).joined(separator: "; ")
    case .missingTensor(let name, let location):
      "\(location): tensor '\(name)' is missing; is config.json of another model, or a shard absent?"
    case .unexpectedTensor(let name, let location):
      "\(location): tensor '\(name)' is not used by this architecture; "
        + "merge adapters and remove what doesn't belong to the model"
    case .unknownPrefix(let prefix, let expected, let location):
      "\(location): names of tensors begin with '\(prefix)' instead of '\(expected)', "
        + "and this prefix could mean another model; rename them if it is this one"
    case .twoDecoders(let prefixes, let location):
      "\(location): holds several models, with names that begin with "
        + prefixes.map { "'\($0)'" }.joined(separator: " and ") + "; save the one that is meant"
    case .sameTensor(let names, let location):
      "\(location): tensors " + names.map { "'\($0)'" }.joined(separator: " and ")
        + " would be the same one; save the model without its wrappers"
    case .unmergedAdapter(let name, let location):
      "\(location): tensor '\(name)' is of an adapter that is not merged; "
        + "save the model after peft's merge_and_unload"
    case .emptyTensor(let name, let location):
      "\(location): tensor '\(name)' is empty, as DeepSpeed ZeRO-3 leaves it; run zero_to_fp32.py in "
        + "the folder of its checkpoint, or save with stage3_gather_16bit_weights_on_model_save"
    case .shape(let tensor, let found, let expected, let location):
      "\(location): tensor '\(tensor)' has shape \(found), config.json makes it \(expected)"
    case .elementType(let tensor, let found, let location):
      "\(location): tensor '\(tensor)' is stored as \(found); save it as F32, F16 or BF16"
    case .notFinite(let tensor, let index, let location):
      "\(location): tensor '\(tensor)' holds NaN or infinity at element \(index); "
        + "this checkpoint can't be scored, take an earlier one"
    case .contradictsTying(let tensor, let location):
      "\(location): config.json ties the embeddings, but tensor '\(tensor)' differs from them: "
        + "transformers 5 would use it, transformers 4 would not; "
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

/// A setting that would change the result and isn't implemented.
package struct UnsupportedSetting: Equatable, Sendable, CustomStringConvertible {
  /// The key, in quotes, with the object it is in: `'type' in 'rope_scaling'`.
  package var name: String
  /// Its value as JSON.
  package var value: String
  /// What to do about it.
  package var fix: String

  /// Part of a line for a user.
  package var description: String { "\(name) is \(value), which is not supported; \(fix)" }
}
