using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Orchestration.Analyzers.Handlers;
using Orchestration.Analyzers.Payloads;

namespace Orchestration.Analyzers;

/// <summary>Finds workflow classes that a silo would refuse or overlook: how they are made and named, and their
/// handlers.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WorkflowClassAnalyzer : DiagnosticAnalyzer
{
    private const int LongestName = 200;

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(
        Rules.NoConstructor, Rules.NotPublic, Rules.SameWorkflowName, Rules.WorkflowName, Rules.HandlerSignature,
        Rules.SameHandlerName, Rules.ValidatorSignature, Rules.Unserializable);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownTypes.In(start.Compilation) is not { } known) return;
            var names = new ConcurrentDictionary<string, ConcurrentBag<INamedTypeSymbol>>(StringComparer.Ordinal);
            var payloads = new PayloadTypes(known);
            start.RegisterSymbolAction(
                symbol =>
                {
                    var type = (INamedTypeSymbol)symbol.Symbol;
                    if (type.TypeKind != TypeKind.Class || !known.IsWorkflow(type)) return;
                    new HandlerChecks(type, known, symbol.ReportDiagnostic).Run();
                    CheckData(type, known, payloads, symbol.ReportDiagnostic);
                    if (!type.IsAbstract) CheckClass(type, names, symbol.ReportDiagnostic);
                },
                SymbolKind.NamedType);
            start.RegisterCompilationEndAction(end => CheckNames(names, end.ReportDiagnostic));
        });
    }

    private static void CheckClass(
        INamedTypeSymbol type, ConcurrentDictionary<string, ConcurrentBag<INamedTypeSymbol>> names, Action<Diagnostic> report)
    {
        var place = type.Locations[0];
        var attribute = KnownTypes.Attribute(type, "WorkflowAttribute");
        if (!type.InstanceConstructors.Any(static c => c.Parameters.IsEmpty && c.DeclaredAccessibility == Accessibility.Public))
            report(Diagnostic.Create(Rules.NoConstructor, place, type.Name));
        else if (!IsExported(type)) report(Diagnostic.Create(Rules.NotPublic, place, type.Name));

        var given = attribute?.ConstructorArguments.Length > 0 ? attribute.ConstructorArguments[0].Value as string : null;
        if (attribute is not null && attribute.ConstructorArguments.Length > 0 && string.IsNullOrWhiteSpace(given))
            report(Diagnostic.Create(Rules.WorkflowName, Place(attribute) ?? place, type.Name, "empty"));
        else if (given?.Length > LongestName)
            report(Diagnostic.Create(Rules.WorkflowName, Place(attribute) ?? place, type.Name,
                $"{given.Length} characters long"));

        // What else the attribute says (a version, say) tells classes of one name apart.
        var key = attribute?.NamedArguments.Select(static a => $" {a.Key}={a.Value.Value}") ?? [];
        names.GetOrAdd((given ?? type.Name) + string.Concat(key), static _ => new()).Add(type);
    }

    private static void CheckNames(
        ConcurrentDictionary<string, ConcurrentBag<INamedTypeSymbol>> names, Action<Diagnostic> report)
    {
        foreach (var name in names.Where(static n => n.Value.Count > 1))
        {
            var types = name.Value.OrderBy(static t => t.ToDisplayString(), StringComparer.Ordinal).ToList();
            foreach (var type in types.Skip(1))
                report(Diagnostic.Create(Rules.SameWorkflowName, type.Locations[0], types[0].Name, type.Name, name.Key));
        }
    }

    private static void CheckData(INamedTypeSymbol type, KnownTypes known, PayloadTypes payloads, Action<Diagnostic> report)
    {
        // A base class of the application's says it once.
        if (type.BaseType is { } declared && KnownTypes.Same(declared.OriginalDefinition, known.WorkflowOfTwo))
        {
            Check(declared.TypeArguments[0], $"The input of '{type.Name}'", type.Locations[0]);
            Check(declared.TypeArguments[1], $"The output of '{type.Name}'", type.Locations[0]);
        }

        foreach (var handler in type.GetMembers().SelectMany(Handler.Of))
        {
            if (handler.Member is IPropertySymbol property)
                Check(property.Type, $"The result of '{property.Name}'", handler.Place);
            if (handler.Member is not IMethodSymbol method || handler.CatchesAll) continue;
            foreach (var parameter in method.Parameters)
            {
                if (parameter.RefKind == RefKind.None && !KnownTypes.Same(parameter.Type, known.CancellationToken)
                    && handler.Kind != HandlerKind.Validator)
                    Check(parameter.Type, $"The parameter '{parameter.Name}' of '{method.Name}'", parameter.Locations[0]);
            }

            if (PayloadTypes.ResultOf(method, known) is { } result)
                Check(result, $"The result of '{method.Name}'", handler.Place);
        }

        void Check(ITypeSymbol data, string what, Location place)
        {
            if (payloads.ProblemOf(data) is { } problem) report(Diagnostic.Create(Rules.Unserializable, place, what, problem));
        }
    }

    private static bool IsExported(INamedTypeSymbol type)
    {
        for (var at = type; at is not null; at = at.ContainingType)
            if (at.DeclaredAccessibility != Accessibility.Public) return false;
        return true;
    }

    private static Location? Place(AttributeData? attribute) => attribute?.ApplicationSyntaxReference?.GetSyntax().GetLocation();
}
