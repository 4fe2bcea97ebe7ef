using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Orchestration.Analyzers.Scanning;

/// <summary>The ways that lead to other code of the compilation.</summary>
internal sealed partial class MethodScanner
{
    private void AddCall(IMethodSymbol method, bool isVirtual, IOperation? instance, SyntaxNode syntax)
    {
        if (method.MethodKind is MethodKind.LocalFunction or MethodKind.DelegateInvoke) return;
        if (!IsHere(method)) return;
        var target = method.OriginalDefinition;
        // What the compiler writes (properties without a body, members of records) does nothing of interest.
        if (!isVirtual && target.IsImplicitlyDeclared && target.MethodKind != MethodKind.Constructor) return;
        _calls.Add(new(target, isVirtual, instance?.Type, Sites.Of(syntax, IsNamedByType(method))));
    }

    private void AddOperator(IMethodSymbol? method, IOperation operation)
    {
        if (method is not null && IsHere(method))
            _calls.Add(new(method.OriginalDefinition, false, null, operation.Syntax.GetLocation()));
    }

    private void AddBaseConstructor(IMethodSymbol constructor)
    {
        if (constructor.ContainingType.BaseType is not { } type || !IsHere(type)) return;
        var explicitly = constructor.DeclaringSyntaxReferences.Any(static r =>
            r.GetSyntax() is ConstructorDeclarationSyntax { Initializer: not null }
                || (r.GetSyntax() is TypeDeclarationSyntax { BaseList: { } bases }
                    && bases.Types.Any(SyntaxKind.PrimaryConstructorBaseType)));
        if (explicitly || type.InstanceConstructors.FirstOrDefault(static c => c.Parameters.IsEmpty) is not { } called) return;
        var place = constructor.Locations.FirstOrDefault() ?? constructor.ContainingType.Locations[0];
        _calls.Add(new(called.OriginalDefinition, false, null, place));
    }

    private void AddEnumeration(IForEachLoopOperation loop)
    {
        if (loop.Syntax is not CommonForEachStatementSyntax syntax || loop.SemanticModel is not { } model) return;
        var collection = loop.Collection is IConversionOperation { IsImplicit: true } conversion
            ? conversion.Operand : loop.Collection;
        if (collection.Type is not { } type || !IsHere(type)) return;
        var info = model.GetForEachStatementInfo(syntax);
        foreach (var method in new[] { info.GetEnumeratorMethod, info.MoveNextMethod, info.CurrentProperty?.GetMethod })
        {
            if (method is null) continue;
            var isVirtual = method.ContainingType.TypeKind == TypeKind.Interface;
            if (IsHere(method)) _calls.Add(new(method.OriginalDefinition, isVirtual, type, syntax.Expression.GetLocation()));
        }

        // Through IEnumerable of T, which is no type of this compilation: the class says which code it is.
        if (info.GetEnumeratorMethod is { } get && !IsHere(get)
            && type.FindImplementationForInterfaceMember(get) is IMethodSymbol own && IsHere(own))
            _calls.Add(new(own.OriginalDefinition, false, type, syntax.Expression.GetLocation()));
    }

    private void AddDisposal(IOperation resources)
    {
        var types = resources switch
        {
            IVariableDeclarationGroupOperation group => group.Declarations
                .SelectMany(static d => d.Declarators).Select(static d => (ITypeSymbol?)d.Symbol.Type),
            _ => [(resources is IConversionOperation { IsImplicit: true } conversion ? conversion.Operand : resources).Type],
        };
        foreach (var type in types)
        {
            if (type is null || !IsHere(type)) continue;
            foreach (var member in type.GetMembers())
            {
                if (member is IMethodSymbol { Name: "Dispose" or "DisposeAsync", Parameters.IsEmpty: true } dispose)
                    _calls.Add(new(dispose.OriginalDefinition, false, type, resources.Syntax.GetLocation()));
            }
        }
    }

    private bool IsHere(ISymbol symbol) => KnownTypes.Same(symbol.ContainingAssembly, _assembly);

    /// <summary>Whether a reference writes, and whether it reads.</summary>
    private static bool IsWritten(IOperation reference, out bool read)
    {
        IOperation at = reference;
        while (at.Parent is ITupleOperation or IConversionOperation { IsImplicit: true } or IParenthesizedOperation)
            at = at.Parent;
        switch (at.Parent)
        {
            case ISimpleAssignmentOperation assignment when assignment.Target == at:
            case IDeconstructionAssignmentOperation deconstruction when deconstruction.Target == at:
                read = false;
                return true;
            case IAssignmentOperation assignment when assignment.Target == at:
            case IIncrementOrDecrementOperation:
            case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out }:
                read = true;
                return true;
            default:
                read = true;
                return false;
        }
    }

    private static bool IsOwn(IOperation? instance) => instance is IInstanceReferenceOperation
    {
        ReferenceKind: InstanceReferenceKind.ContainingTypeInstance,
    };

    /// <summary>The field or property of the code's own object that an expression is; null for anything else.</summary>
    private static ISymbol? IsOwnMember(IOperation? operation) => operation switch
    {
        IFieldReferenceOperation field when IsOwn(field.Instance) => field.Field,
        IPropertyReferenceOperation { Property.IsIndexer: false } property when IsOwn(property.Instance) => property.Property,
        IConversionOperation { IsImplicit: true } conversion => IsOwnMember(conversion.Operand),
        IConditionalAccessInstanceOperation { Parent: not null } access => IsOwnMember(Conditional(access)?.Operation),
        _ => null,
    };

    private static IConditionalAccessOperation? Conditional(IOperation access)
    {
        for (var at = access.Parent; at is not null; at = at.Parent)
            if (at is IConditionalAccessOperation conditional && conditional.Operation != access) return conditional;
        return null;
    }
}
