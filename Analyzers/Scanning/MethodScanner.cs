using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Orchestration.Analyzers.Bans;

namespace Orchestration.Analyzers.Scanning;

/// <summary>Reads one piece of code: what it uses, calls and changes. Lambdas and local functions belong to what holds
/// them.</summary>
internal sealed partial class MethodScanner : OperationWalker
{
    private readonly KnownTypes _known;
    private readonly BanLookup _bans;
    private readonly IAssemblySymbol _assembly;
    private readonly CancellationToken _cancellationToken;
    private readonly ImmutableArray<Culprit>.Builder _culprits = ImmutableArray.CreateBuilder<Culprit>();
    private readonly ImmutableArray<Call>.Builder _calls = ImmutableArray.CreateBuilder<Call>();
    private readonly ImmutableArray<Change>.Builder _changes = ImmutableArray.CreateBuilder<Change>();
    private SyntaxNode _body = null!;

    private MethodScanner(KnownTypes known, BanLookup bans, IAssemblySymbol assembly, CancellationToken cancellationToken)
    {
        _known = known;
        _bans = bans;
        _assembly = assembly;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Reads the code behind a symbol of the compilation.</summary>
    public static MethodSummary Scan(
        ISymbol code, Compilation compilation, KnownTypes known, BanLookup bans, CancellationToken cancellationToken)
    {
        var scanner = new MethodScanner(known, bans, compilation.Assembly, cancellationToken);
        foreach (var body in CodeOf.Symbol(code))
        {
            cancellationToken.ThrowIfCancellationRequested();
#pragma warning disable RS1030 // Callees lie in other files; the driver's models are shared, so each body is bound once.
            var model = compilation.GetSemanticModel(body.SyntaxTree);
#pragma warning restore RS1030
            scanner._body = body;
            scanner.Visit(model.GetOperation(body, cancellationToken));
        }

        if (code is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor) scanner.AddBaseConstructor(constructor);
        return scanner._culprits.Count + scanner._calls.Count + scanner._changes.Count == 0
            ? MethodSummary.Empty
            : new(scanner._culprits.ToImmutable(), scanner._calls.ToImmutable(), scanner._changes.ToImmutable());
    }

    public override void VisitInvocation(IInvocationOperation operation)
    {
        var method = operation.TargetMethod;
        CheckConfigureAwait(operation);
        CheckHashOrder(operation);
        CheckMember(method, operation);
        CheckMutation(operation);
        if (_known.IsContext(method.ContainingType)) AddCommand(method, operation);
        AddCall(method, operation.IsVirtual, operation.Instance, operation.Syntax);
        base.VisitInvocation(operation);
    }

    public override void VisitPropertyReference(IPropertyReferenceOperation operation)
    {
        var property = operation.Property;
        var written = IsWritten(operation, out var read);
        CheckMember(property, operation);
        if (property.IsStatic) CheckStatic(operation, property);
        if (written && IsOwn(operation.Instance)) AddChange(property, operation);
        if (written && IsOwnMember(operation.Instance) is { } holder && property.IsIndexer) AddChange(holder, operation);
        if (_known.IsContext(property.ContainingType) && property.Name == "Random") AddCommand(property, operation);
        var isVirtual = operation.Instance is not null && (property.IsVirtual || property.IsAbstract || property.IsOverride)
            && operation.Syntax is not Microsoft.CodeAnalysis.CSharp.Syntax.MemberAccessExpressionSyntax
            { Expression: Microsoft.CodeAnalysis.CSharp.Syntax.BaseExpressionSyntax };
        if (read && property.GetMethod is { } get) AddCall(get, isVirtual, operation.Instance, operation.Syntax);
        if (written && property.SetMethod is { } set) AddCall(set, isVirtual, operation.Instance, operation.Syntax);
        base.VisitPropertyReference(operation);
    }

    public override void VisitFieldReference(IFieldReferenceOperation operation)
    {
        if (operation.Field is { IsStatic: true, IsConst: false } field) CheckStatic(operation, field);
        else if (IsOwn(operation.Instance) && IsWritten(operation, out _)) AddChange(operation.Field, operation);
        base.VisitFieldReference(operation);
    }

    public override void VisitObjectCreation(IObjectCreationOperation operation)
    {
        if (operation.Constructor is { } constructor)
        {
            CheckMember(constructor, operation);
            AddCall(constructor, isVirtual: false, null, operation.Syntax);
        }

        base.VisitObjectCreation(operation);
    }

    public override void VisitMethodReference(IMethodReferenceOperation operation)
    {
        CheckMember(operation.Method, operation);
        AddCall(operation.Method, operation.IsVirtual, operation.Instance, operation.Syntax);
        base.VisitMethodReference(operation);
    }

    public override void VisitLock(ILockOperation operation)
    {
        _culprits.Add(new(
            Rules.Blocking, "lock", "only one step of a run goes on at a time", null,
            Sites.Of(operation.Syntax, isStatic: false)));
        base.VisitLock(operation);
    }

    public override void VisitForEachLoop(IForEachLoopOperation operation)
    {
        CheckHashOrder(operation.Collection, operation.Collection.Syntax);
        AddEnumeration(operation);
        base.VisitForEachLoop(operation);
    }

    public override void VisitUsing(IUsingOperation operation)
    {
        AddDisposal(operation.Resources);
        base.VisitUsing(operation);
    }

    public override void VisitUsingDeclaration(IUsingDeclarationOperation operation)
    {
        AddDisposal(operation.DeclarationGroup);
        base.VisitUsingDeclaration(operation);
    }

    public override void VisitBinaryOperator(IBinaryOperation operation)
    {
        AddOperator(operation.OperatorMethod, operation);
        base.VisitBinaryOperator(operation);
    }

    public override void VisitUnaryOperator(IUnaryOperation operation)
    {
        AddOperator(operation.OperatorMethod, operation);
        base.VisitUnaryOperator(operation);
    }

    public override void VisitCompoundAssignment(ICompoundAssignmentOperation operation)
    {
        AddOperator(operation.OperatorMethod, operation);
        base.VisitCompoundAssignment(operation);
    }

    public override void VisitConversion(IConversionOperation operation)
    {
        AddOperator(operation.OperatorMethod, operation);
        // An expression tree is data; whether it ever runs, and where, is not known.
        if (operation.Type is { Name: "Expression", ContainingNamespace.Name: "Expressions" }) return;
        base.VisitConversion(operation);
    }

    public override void VisitNameOf(INameOfOperation operation)
    {
        // Names run nothing.
    }

    public override void VisitLocalFunction(ILocalFunctionOperation operation)
    {
        if (!KnownTypes.IsAllowed(operation.Symbol)) base.VisitLocalFunction(operation);
    }

    public override void VisitAnonymousFunction(IAnonymousFunctionOperation operation)
    {
        if (KnownTypes.Attribute(operation.Symbol, KnownTypes.Allowance) is null) base.VisitAnonymousFunction(operation);
    }
}
