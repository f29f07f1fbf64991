import JSON

/// A class of transformers that builds its tokenizer from vocabulary and merges, whatever
/// `tokenizer.json` says of the rest.
enum TokenizerClass: String {
  case llama = "LlamaTokenizer"
  case gemma = "GemmaTokenizer"
  case qwen2 = "Qwen2Tokenizer"
  case gpt2 = "GPT2Tokenizer"
}

extension TokenizerClass {
  /// What `config.json` says of the tokenizer.
  struct Model {
    var type: String?
    /// `model_name`, by which a type's exceptions are looked up as well.
    var name: String?
    /// A name of a class; that of `tokenizer_config.json` goes first.
    var tokenizerClass: FileValue?
    /// How many ids the model has.
    var vocabularySize: Int?
    /// Whether a version of transformers before 5 wrote the file, as one that doesn't say.
    var isOlder = true
  }

  /// The class that AutoTokenizer of transformers 5.24 takes.
  ///
  /// - Parameters:
  ///   - configuration: `tokenizer_config.json`.
  ///   - model: What `config.json` says.
  ///   - namesByteLevel: Whether the text of `tokenizer.json` holds the word `"ByteLevel"`.
  /// - Returns: Nil where `tokenizer.json` is taken as it is.
  /// - Throws: `TokenizerError.unsupported` for a class that builds anew what isn't read here.
  static func chosen(
    _ configuration: FileValue?, _ model: Model, namesByteLevel: () -> Bool
  ) throws(TokenizerError) -> TokenizerClass? {
    let own = try configuration?.optional("tokenizer_class")
    let place = own.flatMap { $0.isString ? $0 : nil } ?? model.tokenizerClass
    let registered = model.type.flatMap { registeredNames[$0] }
    let name = try place.map { place throws(TokenizerError) in plainName(try place.string()) } ?? ""
    guard let place, !name.isEmpty else {
      return registered.flatMap { TokenizerClass(rawValue: $0) }
    }
    // A class with code of its own isn't held against the model's type.
    let code = try configuration?.optional("auto_map")
    let ownClass = try code?.isObject == true ? code?.optional("AutoTokenizer") : code
    if ownClass == nil {
      let isWrong = [model.type, model.name].contains { $0.map(wronglyNamed.contains) ?? false }
      // Llama 3's files name Llama 2's class.
      if name == TokenizerClass.llama.rawValue && !isWrong && namesByteLevel() { return nil }
      if let registered, registered != name {
        if fileNames.contains(registered) { return nil }
        if isWrong { return TokenizerClass(rawValue: registered) }
      }
    }
    if let known = TokenizerClass(rawValue: name) { return known }
    guard otherNames.contains(name) else { return nil }
    throw place.unsupported(
      "\(name), which transformers builds anew from vocabulary and merges,",
      fix: "give the texts as ids")
  }

  /// The name without the ending that older versions of transformers wrote.
  private static func plainName(_ name: String) -> String {
    name.hasSuffix("Fast") ? String(name.dropLast(4)) : name
  }
}

extension TokenizerClass.Model {
  /// Reads `config.json`; what has another type than it should is as good as missing.
  init(_ value: FileValue) throws(TokenizerError) {
    type = try value.optional("model_type").flatMap { try? $0.string() }
    name = try value.optional("model_name").flatMap { try? $0.string() }
    tokenizerClass = try value.optional("tokenizer_class").flatMap { $0.isString ? $0 : nil }
    vocabularySize = try value.optional("vocab_size").flatMap { try? $0.count() }
    let version = try value.optional("transformers_version").flatMap { try? $0.string() } ?? ""
    isOlder = version.split(separator: ".").first.flatMap { Int($0) } ?? 0 < 5
  }
}

// MARK: transformers' tables

extension TokenizerClass {
  /// Classes that take `tokenizer.json` as it is, as names that nobody knows do.
  private static let fileNames: Set = ["TokenizersBackend", "PreTrainedTokenizer", "PythonBackend"]

  /// The class of a model's type, as far as one is registered.
  private static let registeredNames = [
    "gemma": "GemmaTokenizer", "gemma2": "GemmaTokenizer", "gemma3": "GemmaTokenizer",
    "gemma3_text": "GemmaTokenizer", "gpt2": "GPT2Tokenizer", "mistral": "TokenizersBackend",
    "mixtral": "TokenizersBackend", "olmo2": "TokenizersBackend", "olmo3": "TokenizersBackend",
    "phi3": "TokenizersBackend", "phimoe": "TokenizersBackend", "qwen2": "Qwen2Tokenizer",
    "qwen2_moe": "Qwen2Tokenizer", "qwen3": "Qwen2Tokenizer", "qwen3_moe": "Qwen2Tokenizer",
    "qwen3_next": "Qwen2Tokenizer",
  ]

  /// Types of models whose published files name a wrong class: the registered one counts.
  private static let wronglyNamed: Set = ["phi3", "phimoe", "qwen2"]

  /// The other classes that build a tokenizer anew, or aren't of Hugging Face tokenizers at all.
  private static let otherNames: Set = Set(
    """
    Albert Bart Barthez Bartpho BertGeneration BertJapanese Bert Bertweet BigBird BioGpt \
    BlenderbotSmall Blenderbot ByT5 CLIP CTRL Camembert Canine Clvp CodeGen CodeLlama Cohere \
    ConvBert CpmAnt Cpm DPRContextEncoder DPRQuestionEncoder DPRReader Deberta DebertaV2 Dia \
    DistilBert Esm Esmc FNet FSMT FastSpeech2Conformer Flaubert Funnel GPTNeoXJapanese GPTNeoX \
    GPTSw3 Herbert LED Lasr LayoutLMv2 LayoutLMv3 LayoutXLM Luke Lxmert M2M100 MBart50 MBart \
    MLuke MPNet Marian MarkupLM Mgpstr MobileBert Mvp MyT5 Nllb Nougat OpenAIGPT PLBart Pegasus \
    Perceiver Phobert Pop2Piano ProphetNet Qwen3_5 Rag Reformer RemBert RoCBert RoFormer Roberta \
    SeamlessM4T Siglip2 Siglip Speech2Text SpeechT5 Splinter SqueezeBert T5 Tapas Tipsv2 Udop \
    VideoPrism Vits Wav2Vec2CTC Wav2Vec2PhonemeCTC Whisper XGLM XLMRoberta XLM XLNet
    """.split(separator: " ").map { "\($0)Tokenizer" })
}
