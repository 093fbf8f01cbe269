package import KuayuEvidence
package import KuayuModel
package import KuayuReconcile

/// A hub without its network: its format, its book, its numbers and what it draws.
///
/// A value; the node guards it, tests use it bare.
package struct HubDesk: Sendable {
    let format: any LocalFormat
    var book = HubBook()
    /// Items that may be sent to each other region.
    private let items: [RegionCode: [ServiceItem]]
    private var rng: SeededGenerator
    /// What faults are drawn from, so that they change nothing else that is drawn.
    var faultRng: SeededGenerator
    private var numbers: NumberSeries

    /// A desk of a region that is simulated.
    package init(region: RegionCode, items: [RegionCode: [ServiceItem]], seed: UInt64) throws {
        format = try Self.format(of: region)
        self.items = items
        rng = SeededGenerator(seed: seed ^ UInt64(region.value))
        faultRng = SeededGenerator(seed: seed ^ UInt64(region.value) ^ 0xFA17)
        numbers = NumberSeries(region)
    }

    private static func format(of region: RegionCode) throws -> any LocalFormat {
        switch region {
        case .shanghai: ShanghaiFormat()
        case .jiangsu: JiangsuFormat()
        case .zhejiang: ZhejiangFormat()
        case .anhui: AnhuiFormat()
        default: throw HubError.noSuchRegion(region)
        }
    }

    /// Whether what the format lacks is said in the extension block.
    package var usesExtension: Bool {
        get { book.usesExtension }
        set { book.usesExtension = newValue }
    }

    // MARK: new cases

    /// One new case for a division of another region, drawn.
    mutating func make(to target: RegionCode, now: Instant) {
        let number = numbers.next(now: now)
        var draft = CaseDraft.make(
            serial: number.serial, from: format.region, to: target, items: items[target] ?? [], now: now, using: &rng)
        if draft.mode == "collect" {
            draft.collection = .init(
                division: CaseDraft.county(of: format.region, using: &rng).code.text, isDone: false)
        }
        create(draft, number: number.text, steps: draft.collection == nil ? [] : [.stage(.collected)], now: now)
    }

    /// One new case as asked for; its own number.
    mutating func make(_ order: CaseOrder, now: Instant) throws(OrderError) -> String {
        let number = numbers.next(now: now)
        let draft = try draft(order, number: number, now: now)
        if order.plan.steps != nil || order.plan.answersAlone != nil {
            book.plans.set(order.plan, for: .one(number.text))
        }
        let collects = draft.collection.map { !$0.isDone && isOwn($0.division) && order.collecting == .later } ?? false
        create(draft, number: number.text, steps: collects ? [.stage(.collected)] : [], now: now)
        return number.text
    }

    /// One new case by parameters, as ``CaseOrder`` names them: its own number and the payload that holds it.
    package mutating func order(
        _ parameters: [(name: String, value: String)], now: Instant
    ) throws -> (number: String, payload: [UInt8]) {
        let number = try make(try CaseOrder(parameters, now: now), now: now)
        return (number, payload(of: number, now: now) ?? [])
    }

    private mutating func create(_ draft: CaseDraft, number: String, steps: [PlanStep], now: Instant) {
        var document = format.draft(draft, number: number)
        let block = book.usesExtension ? ExtensionBlock.draft(draft, format: format) : nil
        format.setExtension(block, in: &document)
        let isMain = draft.bundle?.isMain ?? false
        let isHandled = !isMain && draft.handling.contains(where: isOwn)
        var entry = HubBook.Entry(number: number, document: document, now: now)
        entry.isOwn = true
        entry.isMain = isMain
        entry.isHandled = isHandled
        entry.isPending = true
        entry.memory.promise = draft.promise
        entry.memory.otherRegions = format.otherRegions(document)
        entry.memory.collection = draft.collection?.division
        entry.steps = steps
        if isHandled {
            entry.steps += book.plans.steps(names: [number], item: draft.catalogCode) ?? drawSteps()
        }
        entry.nextStepAt = entry.steps.isEmpty ? nil : now
        book.create(entry, key: "\(format.region.text)-\(number)-1")
    }

    private func isOwn(_ division: String) -> Bool { division.prefix(2) == format.region.text.prefix(2) }

    // MARK: from an order to an application

    private mutating func draft(
        _ order: CaseOrder, number: (serial: Int, text: String), now: Instant
    ) throws(OrderError) -> CaseDraft {
        let item = try item(of: order)
        let places = try places(of: order)
        var draft = CaseDraft.make(
            serial: number.serial, from: format.region, at: places, item: item, now: now, using: &rng)
        draft.mode = order.mode ?? (places.count > 1 ? "joint" : draft.mode)
        if order.bundle?.isMain == true, let theme = order.theme {
            draft.catalogCode = Self.code(of: theme)
            draft.itemName = theme.name
            draft.mode = order.mode ?? (places.count > 1 ? "joint" : "online")
        }
        draft.bundle = order.bundle
        if draft.bundle?.number == "" { draft.bundle?.number = "YJS-\(number.text.suffix(20))" }
        for (index, name) in order.owed.enumerated() {
            draft.materials.append(.init(code: "M" + padded(index + 2, 2), name: name, isOwed: true))
        }
        if !order.owed.isEmpty {
            draft.promise = .init(madeAt: now.wholeSecond, dueAt: order.due ?? now.adding(milliseconds: 86_400_000))
        }
        if let licence = order.licence { draft.materials[0].licence = licence }
        if draft.mode == "collect" {
            draft.collection = .init(
                division: order.collected?.code.text ?? CaseDraft.county(of: format.region, using: &rng).code.text,
                isDone: order.collecting == .now)
        }
        return draft
    }

    /// The main case of a bundle is for no single item: a code of its own per theme, and the theme's name for a name, which
    /// is all that a format without themes can say.
    private static func code(of theme: ServiceBundle) -> String {
        "002099900" + padded(Bundles.standard.all.firstIndex(of: theme) ?? 0, 3)
    }

    private mutating func item(of order: CaseOrder) throws(OrderError) -> ServiceItem {
        if let item = order.item { return item }
        if let first = order.theme?.children.first, let item = Items.standard.item(first.catalogCode.text) {
            return item
        }
        let target = order.handling.first.map(\.code.province) ?? order.target ?? firstTarget
        let fitting = (items[target] ?? []).filter { order.mode == nil || $0.mode.rawValue == order.mode }
        guard !fitting.isEmpty else { throw OrderError(reason: "no item may be sent to \(target.text) in that mode") }
        return fitting[rng.next(below: fitting.count)]
    }

    private mutating func places(of order: CaseOrder) throws(OrderError) -> [Division] {
        if !order.handling.isEmpty { return order.handling }
        let others = RegionCode.federated.filter { $0 != format.region }
        var sides: [ServiceBundle.Side] = []
        for child in order.theme?.children ?? [] where child.handledBy != .applied && !sides.contains(child.handledBy) {
            sides.append(child.handledBy)
        }
        let isJoint = order.bundle == nil && order.mode == "joint"
        let count = order.bundle?.isMain == true ? max(1, sides.count) : isJoint ? others.count : 1
        let start = others.firstIndex(of: order.target ?? firstTarget) ?? 0
        return (0..<count).map { CaseDraft.county(of: others[(start + $0) % others.count], using: &rng) }
    }

    private var firstTarget: RegionCode {
        RegionCode.federated.first { $0 != format.region && items[$0]?.isEmpty == false } ?? format.region
    }

    // MARK: life

    /// What lies ahead of a case that no plan speaks of.
    private mutating func drawSteps() -> [PlanStep] { Self.drawSteps(&rng) }

    private static func drawSteps(_ rng: inout SeededGenerator) -> [PlanStep] {
        var stages: [CaseStage] = [.accepted]
        if rng.chance(permille: 200) { stages += [.supplementing, .reviewing] } else { stages.append(.reviewing) }
        stages.append(rng.chance(permille: 850) ? .granted : .denied)
        return stages.map { .stage($0) }
    }

    /// Applies the documents of a payload with their registration data; `pause` is the time between two steps.
    ///
    /// - Returns: false when the lists do not fit.
    mutating func apply(
        _ documents: [LocalTree], messages: [String], registrations: [CaseRegistration], now: Instant, pause: Int64
    ) -> Bool {
        guard documents.count == messages.count, documents.count == registrations.count else { return false }
        var (numbers, rng) = (numbers, rng)
        for index in documents.indices {
            book.apply(
                documents[index], messageID: messages[index], registration: registrations[index], format: format,
                ownNumber: { numbers.next(now: now).text }, steps: { Self.drawSteps(&rng) }, now: now, pause: pause)
        }
        (self.numbers, self.rng) = (numbers, rng)
        return true
    }

    /// Takes every case that is due its next step.
    mutating func work(now: Instant, pause: Int64) {
        for number in book.due(at: now) { book.step(number, format: format, now: now, pause: pause) }
    }

    // MARK: without a network

    /// The payload of the case as the hub holds it.
    package func payload(of number: String, now: Instant) -> [UInt8]? {
        book.entry(number).map { format.payload([$0.document], key: "\($0.number)-\($0.dataVersion)", now: now) }
    }

    /// The gateway has taken what the hub said of a case last.
    package mutating func learn(_ registration: CaseRegistration, number: String) {
        guard let entry = book.entry(number) else { return }
        book.dropOutbox()
        book.learn(registration, number: entry.number, isRefused: false, now: entry.changedAt)
    }

    /// A payload of the gateway about one case; false when it cannot be read.
    package mutating func hear(
        _ payload: [UInt8], message: String, registration: CaseRegistration, now: Instant
    ) -> Bool {
        guard let documents = try? format.parse(payload) else { return false }
        return apply(documents, messages: [message], registrations: [registration], now: now, pause: 0)
    }

    /// Does one thing to a case at once, named as in a plan: the payload about it; nil for a case that is not known.
    package mutating func act(_ stage: String, on number: String, now: Instant) -> [UInt8]? {
        guard let stage = CaseStage(rawValue: stage), let entry = book.entry(number) else { return nil }
        book.take(stage, of: entry.number, format: format, now: now, pause: 0)
        return payload(of: number, now: now)
    }

    /// Sets what the hub does with cases of an item, as a list with commas.
    package mutating func plan(_ stages: String, item: String) throws {
        book.plans.set(CasePlan(steps: try PlanStep.list(stages)), for: .item(item))
    }

    /// Takes every case that is due its next step, until nothing is due any more; own numbers of cases that changed.
    package mutating func settle(now: Instant) -> [String] {
        let due = book.due(at: now)
        work(now: now, pause: 0)
        return due.filter { book.entry($0)?.isPending ?? false }
    }

    /// Does a fault to the ledger, named and told as at the control interface; the case and its row before.
    package mutating func fault(
        _ name: String, _ parameters: [(name: String, value: String)] = [], now: Instant
    ) throws -> String {
        guard let fault = LedgerFault(rawValue: name) else { throw OrderError(reason: "no such fault: \(name)") }
        return try inject(fault, try LedgerFault.Order(parameters), now: now)
    }

    /// A clerk puts right what was done to one case, or to all; the cases.
    package mutating func correct(_ id: String? = nil) -> [String] { book.correct(id) }

    /// The rows of a lane of the ledger, in no order that means anything.
    package func rows(_ lane: Lane) -> [HubRow] { book.lines.filter { $0.lane == lane }.map(\.row) }

    /// Until when the ledger is complete, Unix seconds.
    package func watermark(now: Instant) -> Int64 { book.watermark(now: now) }

    /// Names of the steps that lie ahead of a case.
    package func ahead(of number: String) -> [String] { book.entry(number)?.steps.map(\.name) ?? [] }

    /// The hub's own number of a case by its federation id.
    package func number(of id: CaseID) -> String? { book.entry(id.text)?.number }
}
