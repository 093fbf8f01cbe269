public import KuayuModel

extension ReconReport {
    /// Whether two ledgers say the same.
    public enum Verdict: String, Hashable, Sendable, CaseIterable {
        /// They do, as far as nothing under way explains a difference.
        case agrees
        /// They do not.
        case differs
        /// Nobody can say: no run came to a conclusion.
        case unknown
    }

    /// The answer for one hub.
    public struct HubAnswer: Hashable, Sendable {
        /// The hub.
        public var hub: RegionCode
        /// Whether its ledger and the gateway's say the same.
        public var verdict: Verdict
        /// Cases with an open break in its ledger.
        public var waiting: Int
        /// Since when the first of them waits.
        public var since: Instant?
        /// Records that agree, in the run that speaks for the hub.
        public var matched: Int
        /// Differences that something under way explains.
        public var inFlight: Int
        /// Records of which the hub cannot tell the content.
        public var unchecked: Int
        /// Breaks that two persons accepted.
        public var accepted: Int
        /// Cases that are stuck or overdue (R10, R11): no difference between ledgers, but somebody waits.
        public var late: Int
    }

    /// The answer to the question that the report is opened for.
    public struct Answer: Hashable, Sendable {
        /// Whether the ledgers agree: they differ when one hub's does, and nobody can say when one hub's is not known.
        public var verdict: Verdict
        /// Different cases with an open break in some ledger.
        public var waiting: Int
        /// Since when the first of them waits.
        public var since: Instant?
        /// The hubs, by code.
        public var hubs: [HubAnswer]
        /// The answer in one sentence.
        public var chinese: String
        /// The same in English.
        public var english: String
        /// What else there is to know, in Chinese; empty when nothing.
        public var chineseDetail: String
        /// The same in English.
        public var englishDetail: String

        /// The sentence in a language.
        public func sentence(_ language: ReportLanguage) -> String { language == .chinese ? chinese : english }

        /// The detail in a language.
        public func detail(_ language: ReportLanguage) -> String {
            language == .chinese ? chineseDetail : englishDetail
        }
    }

    /// Do the ledgers agree, and if not, how many cases wait since when, by hub.
    public var answer: Answer {
        let answers = hubs.map(answer(of:))
        let waitingLines = breaks.filter(\.isDisagreement)
        var waiting = Set(waitingLines.map(\.caseID)).count
        // A run that found breaks without telling which: better a number than silence.
        waiting += answers.filter { answer in answer.since == nil }.reduce(0) { $0 + $1.waiting }
        let verdict: Verdict =
            answers.contains { $0.verdict == .differs }
            ? .differs : answers.isEmpty || answers.contains { $0.verdict == .unknown } ? .unknown : .agrees
        var answer = Answer(
            verdict: verdict, waiting: waiting, since: waitingLines.map(\.firstSeenAt).min(), hubs: answers,
            chinese: "", english: "", chineseDetail: "", englishDetail: "")
        let words = AnswerWords(answer: answer, hubs: hubs)
        answer.chinese = words.chinese
        answer.english = words.english
        answer.chineseDetail = words.chineseDetail
        answer.englishDetail = words.englishDetail
        return answer
    }

    private func answer(of section: HubSection) -> HubAnswer {
        let lines = breaks.filter { $0.hub == section.hub }
        let waiting = lines.filter(\.isDisagreement)
        let lanes = section.decisive?.lanes ?? []
        var answer = HubAnswer(
            hub: section.hub, verdict: .agrees, waiting: Set(waiting.map(\.caseID)).count,
            since: waiting.map(\.firstSeenAt).min(), matched: lanes.reduce(0) { $0 + $1.matched },
            inFlight: lanes.reduce(0) { $0 + $1.inFlight }, unchecked: lanes.reduce(0) { $0 + $1.unchecked },
            accepted: lines.filter { $0.state == .accepted }.count,
            late: Set(lines.filter { $0.state.isOpen && $0.code.isLateness }.map(\.caseID)).count)
        let told = lanes.reduce(0) { $0 + $1.breaks }
        if !waiting.isEmpty {
            answer.verdict = .differs
        } else if section.decisive?.state == .differs && lines.isEmpty {
            answer.verdict = .differs
            answer.waiting = told
        } else if !isConcluded(section) || lines.contains(where: { $0.code == .feedError && $0.state.isOpen }) {
            answer.verdict = .unknown
        }
        return answer
    }

    private func isConcluded(_ section: HubSection) -> Bool {
        section.decisive.map { $0.state == .agreed || $0.state == .differs } ?? false
    }
}

extension ReconReport.BreakLine {
    /// Whether it is open and says that the two ledgers differ.
    public var isDisagreement: Bool { state.isOpen && !code.isLateness && code != .feedError }
}

extension BreakCode {
    /// Whether it says that a case is late, not that ledgers differ.
    public var isLateness: Bool { self == .stuck || self == .overdue }
}
