using System.Linq.Expressions;
using System.Reflection;

namespace Orchestration.Workflows;

/// <summary>A call of a handler, as a lambda writes it: <c>w =&gt; w.Approve("bob")</c>. Nothing of the workflow runs.</summary>
/// <param name="Member">The handler.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record MessageCall(MemberInfo Member, object?[] Arguments)
{
    /// <summary>Reads a lambda.</summary>
    /// <exception cref="InvalidRequest">It is no single call on the workflow.</exception>
    public static MessageCall Of(LambdaExpression lambda)
    {
        ArgumentNullException.ThrowIfNull(lambda);
        var body = lambda.Body;
        while (body is UnaryExpression { NodeType: ExpressionType.Convert } convert) body = convert.Operand;
        return body switch
        {
            MethodCallExpression { Object: ParameterExpression target } call when target == lambda.Parameters[0] =>
                new MessageCall(call.Method, [.. call.Arguments.Select(ValueOf)]),
            MemberExpression { Expression: ParameterExpression target, Member: PropertyInfo property }
                when target == lambda.Parameters[0] => new MessageCall(property, []),
            _ => throw new InvalidRequest(
                $"'{lambda}' is to be one call of a handler on the workflow, such as w => w.Approve(\"x\")."),
        };
    }

    /// <summary>The signal that it calls.</summary>
    public string Signal =>
        Member is MethodInfo method && HandlerNames.SignalOf(method) is { } name ? name : throw NotA("Signal");

    /// <summary>The update that it calls.</summary>
    public string Update =>
        Member is MethodInfo method && HandlerNames.UpdateOf(method) is { } name ? name : throw NotA("Update");

    /// <summary>The query that it calls.</summary>
    public string Query => HandlerNames.QueryOf(Member) ?? throw NotA("Query");

    /// <summary>The arguments, encoded by the types that the handler declares.</summary>
    public Payload[] Encode(IPayloadConverter converter)
    {
        var parameters = (Member as MethodInfo)?.GetParameters() ?? [];
        var encoded = new Payload[Arguments.Length];
        for (var i = 0; i < encoded.Length; i++)
            encoded[i] = Arguments[i] as Payload ?? converter.ToPayload(Arguments[i], parameters[i].ParameterType);
        return encoded;
    }

    private static object? ValueOf(Expression expression) => expression switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression { Member: FieldInfo field } member => field.GetValue(TargetOf(member)),
        MemberExpression { Member: PropertyInfo property } member => property.GetValue(TargetOf(member)),
        UnaryExpression { NodeType: ExpressionType.Convert } convert when convert.Method is null
            && convert.Type.IsAssignableFrom(convert.Operand.Type) => ValueOf(convert.Operand),
        _ => Expression.Lambda<Func<object?>>(Expression.Convert(expression, typeof(object)))
            .Compile(preferInterpretation: true)(),
    };

    private static object? TargetOf(MemberExpression member) => member.Expression is null ? null : ValueOf(member.Expression);

    private InvalidRequest NotA(string attribute) =>
        new($"{Member.DeclaringType}.{Member.Name} has no [{attribute}] attribute, so it cannot be called so.");
}
