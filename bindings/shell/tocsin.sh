# For bash: eval "$(tocsin trap)" at the top of a script. If the script ends with a code other than 0,
# the command that failed last, its line and its code are sent with tocsin send-event. Options for that
# go into the array TOCSIN_TRAP_OPTIONS. A trap for EXIT set before runs afterwards; one set later calls
# tocsin_report $? itself.
if [ -n "${BASH_VERSION:-}" ]; then
    __tocsin_failed() { # CODE COMMAND LINE
        __tocsin_code=$1 __tocsin_command=$2 __tocsin_line=$3 __tocsin_calls=''
        local i
        for ((i = 1; i < ${#FUNCNAME[@]}; i++)); do
            __tocsin_calls+="${FUNCNAME[i]} (${BASH_SOURCE[i]:-?}:${BASH_LINENO[i - 1]})"$'\n'
        done
    }

    tocsin_report() { # CODE: of the script
        if [ "$1" = 0 ] || [ "$1" = 130 ] || [ "$1" = 143 ]; then return 0; fi
        if [ "${__tocsin_code:-}" != "$1" ]; then # it was no command, but exit
            __tocsin_command="exit $1" __tocsin_line='' __tocsin_calls=''
        fi
        tocsin send-event -m "${0##*/}: $__tocsin_command: exit code $1" -t "script:${0##*/}" -t "exit_code:$1" \
            ${__tocsin_line:+-t "line:$__tocsin_line"} ${__tocsin_calls:+-e "calls:$__tocsin_calls"} \
            ${TOCSIN_TRAP_OPTIONS[@]+"${TOCSIN_TRAP_OPTIONS[@]}"} >/dev/null || :
    }

    __tocsin_end() { # CODE: and so it returns
        trap - ERR EXIT
        tocsin_report "$1"
        return "$1"
    }

    __tocsin_keep() { # what trap -p says: trap -- 'TEXT' EXIT
        eval "set -- $1"
        __tocsin_before=${3:-}
    }

    __tocsin_keep "$(trap -p EXIT)"
    set -E
    trap '__tocsin_failed "$?" "$BASH_COMMAND" "$LINENO"' ERR
    # The earlier trap sees the code in $?, and the arguments of the script, not those of a function.
    trap 'if __tocsin_end "$?"; then eval "$__tocsin_before"; else eval "$__tocsin_before"; fi' EXIT
fi
