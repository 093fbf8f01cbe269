import KuayuModel

/// A ``Program`` while it is being compiled.
struct ProgramDraft {
    var region = ""
    var wire = Wire()
    var policy = TextPolicy()
    /// Scope 0 is the case; every list has a scope of its own for its rows.
    var scopes: [LocalScope] = [LocalScope()]
    var rules: [Rule] = []
    var tables: [CodeTable] = []
    var refusals: [Program.Refusal] = []
    var unsupported: Set<Field> = []
    var unsupportedReasons: [Program.UnsupportedEntry] = []
    /// Node of the extension block in scope 0.
    var extensionNode: Int?
    var extensionIsObject = false
    var keepsUnmapped = true
    /// Dropped local paths, as step names.
    var drops: [Program.Drop] = []
    /// Nodes of the envelope entries where the root is the case, in the order of the entries.
    var envelopeNodes: [Int] = []
    /// Every canonical field that some rule makes.
    var made: Set<Field> = []
}

/// The rules of an adapter as flat tables: what reading, writing and explaining run.
///
/// One per adapter, shared.
final class Program: Sendable {
    let region: String
    let wire: Wire
    let policy: TextPolicy
    /// Scope 0 is the case; every list has a scope of its own for its rows.
    let scopes: [LocalScope]
    /// The same names, as the walk over a document wants them.
    let walks: [WalkScope]
    let rules: [Rule]
    let tables: [CodeTable]
    let refusals: [Refusal]
    /// Node of the extension block in scope 0.
    let extensionNode: Int?
    let extensionIsObject: Bool
    let keepsUnmapped: Bool
    /// Dropped local paths, as step names.
    let drops: [Drop]
    /// Nodes of the envelope entries where the root is the case, in the order of the entries.
    let envelopeNodes: [Int]
    /// Every canonical field that some rule makes.
    let made: Set<Field>
    /// The others: what stands there in a reading says nothing.
    let silent: Set<Field>
    /// Rules by field.
    let index: RuleIndex

    init(_ draft: ProgramDraft) {
        region = draft.region
        wire = draft.wire
        policy = draft.policy
        scopes = draft.scopes
        walks = draft.scopes.map { WalkScope($0) }
        rules = draft.rules
        tables = draft.tables
        refusals = draft.refusals
        extensionNode = draft.extensionNode
        extensionIsObject = draft.extensionIsObject
        keepsUnmapped = draft.keepsUnmapped
        drops = draft.drops
        envelopeNodes = draft.envelopeNodes
        made = draft.made
        silent = Set(CaseSchema.v1.allFields).subtracting(draft.made)
        index = RuleIndex(draft.rules)
    }

    struct Refusal: Sendable {
        let field: Field
        let values: Set<String>
        let why: String
        let place: Place
    }

    struct UnsupportedEntry: Sendable {
        let path: String
        let why: String
    }

    struct Drop: Sendable {
        let steps: [[UInt8]]
        let path: String
        let why: String
    }
}

/// What counts as absent, for every text of an adapter.
struct TextPolicy: Sendable {
    var trims = true
    var nulls: [[UInt8]] = [] {
        didSet { longestNull = nulls.map(\.count).max() ?? 0 }
    }
    /// Bytes of the longest of them: a longer text need not be compared.
    private(set) var longestNull = 0

    /// Whether a text is a word for nothing.
    @inline(__always)
    func isNull(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count <= longestNull else { return false }
        return nulls.contains { $0.count == bytes.count && bytes.elementsEqual($0) }
    }
}

/// The local names below a case or below a row: a trie whose node numbers are also capture numbers.
struct LocalScope: Sendable {
    /// Node 0 is the case's element, or the row.
    var nodes: [LocalNode] = [LocalNode(name: [], parent: -1, path: ".")]
    /// For the rows of an inline list: names of its parts, by node.
    var isInline = false
}

/// One local name.
struct LocalNode: Sendable {
    var name: [UInt8]
    var isAttribute = false
    var predicate: Predicate?
    var parent: Int
    var children: [Int] = []
    /// Scope of its rows when it is a list, else −1.
    var rows = -1
    /// Whether a rule reads or writes its text.
    var hasText = false
    /// Whether everything below belongs to one rule (an extension object).
    var isWhole = false
    /// Whether only observations look at it: nothing is written there.
    var isObservedOnly = false
    var path: String
    var place: Place?

    struct Predicate: Sendable, Hashable {
        let key: [UInt8]
        let isAttribute: Bool
        let value: [UInt8]
    }
}

/// One rule.
///
/// One word wide, so that going over a list of rules counts one reference a rule and copies nothing.
enum Rule: Sendable {
    case scalar(ScalarRule)
    indirect case texts(TextsRule)
    indirect case constant(ConstantRule)
    indirect case present(PresentRule)
    indirect case position(PositionRule)
    indirect case tuple(TupleRule)
    indirect case group(GroupRule)
    indirect case variant(VariantRule)
    indirect case template(TemplateRule)
    indirect case hook(HookRule)
    case each(EachRule)
}

/// `to`/`from` with operations.
///
/// A class, because a message asks for each of these rules once: one reference is counted instead of every array in it.
final class ScalarRule: Sendable {
    let target: CanonicalTarget
    let node: Int
    let operations: [Operation]
    let isOptional: Bool
    let defaultValue: String?
    let absent: AbsentText?
    let kind: ScalarKind
    /// Whether an earlier rule has the first right to the local text.
    let shares: Bool
    /// Characters that a shared text is cut to: the whole of it stands in the first rule's field.
    let cut: Int?
    /// The table, where a code is all that the rule converts.
    let code: Int?
    let place: Place
    let localPath: String

    enum AbsentText: Sendable {
        case text([UInt8])
        case node(Int)
    }

    init(
        target: CanonicalTarget, node: Int, operations: [Operation], isOptional: Bool, defaultValue: String?,
        absent: AbsentText?, kind: ScalarKind, shares: Bool, cut: Int?, place: Place, localPath: String
    ) {
        self.target = target
        self.node = node
        self.operations = operations
        self.isOptional = isOptional
        self.defaultValue = defaultValue
        self.absent = absent
        self.kind = kind
        self.shares = shares
        self.cut = cut
        if operations.count == 1, case .code(let table) = operations[0] { code = table } else { code = nil }
        self.place = place
        self.localPath = localPath
    }
}

/// How a scalar stands in JSON.
enum ScalarKind: UInt8, Sendable {
    case text, number, bool
}

/// `as: {texts: array}`: a list of scalars that is one canonical field.
struct TextsRule: Sendable {
    let target: CanonicalTarget
    let scope: Int
    let node: Int
    let isOptional: Bool
    let place: Place
    let localPath: String
}

/// A local text that never changes.
struct ConstantRule: Sendable {
    let node: Int
    let value: [UInt8]
    let kind: ScalarKind
    let isChecked: Bool
    let place: Place
    let localPath: String
}

/// A local text that says whether a canonical field is present.
struct PresentRule: Sendable {
    let target: CanonicalTarget
    let node: Int
    let yes: [UInt8]
    let no: [UInt8]
    let kind: ScalarKind
    let place: Place
    let localPath: String
}

/// A row's position as its canonical value.
struct PositionRule: Sendable {
    let target: CanonicalTarget
    let place: Place
}

/// What several local fields decide together.
struct TupleRule: Sendable {
    var table: Int
    var locals: [Local]
    var canonicals: [CanonicalTarget]
    let isOptional: Bool
    let place: Place

    struct Local: Sendable {
        /// What the tuple looks at.
        var observation: Observation
        /// Whether the tuple writes it.
        var isWritten: Bool
        let kind: ScalarKind
        let path: String
    }
}

/// A text, or the mere presence of something, that a tuple looks at.
struct Observation: Sendable {
    /// The row it stands in; `nil` for the case itself or the row in hand.
    var rows: RowPick?
    var node: Int
    var isExistence: Bool

    struct RowPick: Sendable {
        let scope: Int
        let choice: Choice
    }

    enum Choice: Sendable {
        case last
        case missing(node: Int)
        case equals(node: Int, value: [UInt8])
    }
}

/// Rules that come together with one local element.
struct GroupRule: Sendable {
    let node: Int
    let isOptional: Bool
    let rules: [Rule]
    let targets: [CanonicalTarget]
    let place: Place
    let localPath: String
}

/// A local code that chooses rules.
struct VariantRule: Sendable {
    let target: CanonicalTarget
    let node: Int
    let kind: ScalarKind
    let isOptional: Bool
    let cases: [Case]
    let place: Place
    let localPath: String

    struct Case: Sendable {
        let local: [UInt8]
        let canonical: [String]
        let rules: [Rule]
    }
}

/// One local text of several canonical fields.
struct TemplateRule: Sendable {
    let node: Int
    let pieces: [Piece]
    let isOptional: Bool
    let place: Place
    let localPath: String

    enum Piece: Sendable {
        case literal([UInt8])
        case part(Part)
    }

    struct Part: Sendable {
        let target: CanonicalTarget
        let operations: [Operation]
        let characters: CharacterClass?
        /// Characters when the class says so.
        let length: Int?
        let place: Place
    }
}

/// Rows.
final class EachRule: Sendable {
    let list: ListField
    let scope: Int
    let node: Int
    let inline: InlineFormat?
    let isOptional: Bool
    let rules: [Rule]
    /// Columns without which a row says nothing: all that are made of its texts, not of its position.
    let saying: [Field]
    let place: Place
    let localPath: String

    init(
        list: ListField, scope: Int, node: Int, inline: InlineFormat?, isOptional: Bool, rules: [Rule], place: Place,
        localPath: String
    ) {
        self.list = list
        self.scope = scope
        self.node = node
        self.inline = inline
        self.isOptional = isOptional
        self.rules = rules
        saying = rules.flatMap { rule in
            if case .position = rule { return [Field]() }
            return rule.targets.map(\.field)
        }
        self.place = place
        self.localPath = localPath
    }
}

/// A list inside one text.
struct InlineFormat: Sendable {
    let between: [UInt8]
    let parts: [UInt8]
    let fields: [Int]
    let escape: UInt8?
}

/// A registered function.
struct HookRule: Sendable {
    let name: String
    let hook: Hook
    let locals: [(name: String, node: Int)]
    let canonicals: [(name: String, target: CanonicalTarget)]
    let place: Place
    let localPath: String
}

extension Rule {
    var place: Place {
        switch self {
        case .scalar(let rule): rule.place
        case .texts(let rule): rule.place
        case .constant(let rule): rule.place
        case .present(let rule): rule.place
        case .position(let rule): rule.place
        case .tuple(let rule): rule.place
        case .group(let rule): rule.place
        case .variant(let rule): rule.place
        case .template(let rule): rule.place
        case .hook(let rule): rule.place
        case .each(let rule): rule.place
        }
    }

    /// The canonical places it makes, those of rules inside included.
    var targets: [CanonicalTarget] {
        switch self {
        case .scalar(let rule): [rule.target]
        case .texts(let rule): [rule.target]
        case .constant, .present: []
        case .position(let rule): [rule.target]
        case .tuple(let rule): rule.canonicals
        case .group(let rule): rule.targets
        case .variant(let rule): [rule.target] + rule.cases.flatMap { $0.rules.flatMap(\.targets) }
        case .template(let rule):
            rule.pieces.compactMap { if case .part(let part) = $0 { part.target } else { nil } }
        case .hook(let rule): rule.canonicals.map(\.target)
        case .each(let rule): rule.rules.flatMap(\.targets)
        }
    }
}
