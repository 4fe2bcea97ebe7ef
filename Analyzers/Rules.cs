using Microsoft.CodeAnalysis;

namespace Orchestration.Analyzers;

/// <summary>
/// Every rule. Each has a page in docs/analyzers. What can never work (the engine refuses it when it is registered or called) is
/// an error; what may end in a stalled run is a warning; what is only worth knowing is a suggestion.
/// </summary>
internal static class Rules
{
    private const string Determinism = "Orchestration.Determinism";
    private const string Usage = "Orchestration.Usage";

    public static readonly DiagnosticDescriptor Clock = Warning(
        "ORCHA001", "Workflow code reads a clock",
        "{0} reads the machine's clock, which tells another time on replay; {1}");

    public static readonly DiagnosticDescriptor Chance = Warning(
        "ORCHA002", "Workflow code takes random values",
        "{0} gives another value on replay; {1}");

    public static readonly DiagnosticDescriptor ForeignTask = Warning(
        "ORCHA003", "Workflow code leaves the run's scheduler",
        "{0} goes on outside the run, where nothing is recorded; {1}");

    public static readonly DiagnosticDescriptor Blocking = Warning(
        "ORCHA004", "Workflow code blocks its thread",
        "{0} holds the thread that the run needs to go on; {1}");

    public static readonly DiagnosticDescriptor LeavesContext = Warning(
        "ORCHA005", "Workflow code drops the run's context",
        "{0} lets the code go on outside the run; {1}");

    public static readonly DiagnosticDescriptor Surroundings = Warning(
        "ORCHA006", "Workflow code depends on its process or machine",
        "{0} may differ from process to process and so on replay; {1}");

    public static readonly DiagnosticDescriptor InputOutput = Warning(
        "ORCHA007", "Workflow code does I/O",
        "{0} reaches outside, and is done again on every replay; {1}");

    public static readonly DiagnosticDescriptor MutableStatic = Warning(
        "ORCHA008", "Workflow code uses static state",
        "{0} is shared by all runs of the process and is not rebuilt on replay; {1}");

    public static readonly DiagnosticDescriptor HashOrder = Warning(
        "ORCHA009", "Workflow code depends on the order of hash codes",
        "{0} is enumerated in the order of hash codes, which differs from process to process; {1}");

    public static readonly DiagnosticDescriptor AllowanceWithoutWhy = Make(
        "ORCHA010", Usage, DiagnosticSeverity.Warning, "AllowNondeterminism without a reason",
        "Say why the nondeterminism does no harm: the next reader has to judge it");

    public static readonly DiagnosticDescriptor RepeatedOutput = Make(
        "ORCHA011", Determinism, DiagnosticSeverity.Info, "Workflow code writes output that replay repeats",
        "{0} is written again on every replay; {1}");

    public static readonly DiagnosticDescriptor NoConstructor = Error(
        "ORCHA101", "Workflow class that cannot be made",
        "'{0}' has no public constructor without parameters; workflows take no dependencies, their activities do");

    public static readonly DiagnosticDescriptor NotPublic = Make(
        "ORCHA102", Usage, DiagnosticSeverity.Info, "Workflow class that is not public",
        "'{0}' is not public, so hosts that look for the workflows of an assembly overlook it");

    public static readonly DiagnosticDescriptor SameWorkflowName = Make(
        "ORCHA103", Usage, DiagnosticSeverity.Warning, "Two workflow classes of one name",
        "'{0}' and '{1}' both are the workflow '{2}'; a silo can host only one of them",
        WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor ActivityInterface = Error(
        "ORCHA104", "Interface that cannot declare activities",
        "'{0}' cannot declare activities: {1}");

    public static readonly DiagnosticDescriptor Unserializable = Make(
        "ORCHA105", Usage, DiagnosticSeverity.Warning, "Value that JSON cannot carry",
        "{0} cannot be carried as JSON: {1}");

    public static readonly DiagnosticDescriptor HandlerSignature = Error(
        "ORCHA106", "Message handler with a wrong signature",
        "'{0}' cannot handle {1}: {2}");

    public static readonly DiagnosticDescriptor SameHandlerName = Error(
        "ORCHA107", "Two handlers of one name",
        "'{0}' and '{1}' both handle the {2} '{3}'");

    public static readonly DiagnosticDescriptor ValidatorSignature = Error(
        "ORCHA108", "Update validator that fits no update",
        "'{0}' cannot validate '{1}': {2}");

    public static readonly DiagnosticDescriptor ReadOnlyCode = Make(
        "ORCHA109", Usage, DiagnosticSeverity.Warning, "Query or validator that changes something",
        "{0}, but a {1} must not change anything: nothing of it is recorded, so the change is gone on replay");

    public static readonly DiagnosticDescriptor WorkflowName = Error(
        "ORCHA110", "Workflow name that cannot be stored",
        "The workflow name of '{0}' is {1}; 1 to 200 characters are allowed");

    private static DiagnosticDescriptor Warning(string id, string title, string message) =>
        Make(id, Determinism, DiagnosticSeverity.Warning, title, message);

    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        Make(id, Usage, DiagnosticSeverity.Error, title, message);

    private static DiagnosticDescriptor Make(
        string id, string category, DiagnosticSeverity severity, string title, string message, params string[] tags) =>
        new(id, title, message, category, severity, isEnabledByDefault: true, helpLinkUri: $"docs/analyzers/{id}.md",
            customTags: tags);
}
