# Weights of imitation and reinforcement by step
#
# weight w_SFT (sft_weight): Mean weight of imitation, Eq. 8 of the SRFT paper. weight w_RL
# (rollout_weight): Mean weight of reinforcement, Eq. 12 of the SRFT paper. A step is one batch
# of rollouts or demonstrations. Seeds: srft-released 3, srft 3. Of several seeds the line is
# the mean, at steps that all of them have; pale lines are the seeds. Shaded: from the lowest to
# the highest seed, no interval. Each run's values are averaged over 11 steps centred on each
# (fewer at the ends) before anything else; pale lines are the values as logged.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot training-weights.gp
# It reads training-weights.tsv and writes training-weights.svg and training-weights.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 396,164 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_training_weights' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 396./72,164./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'training-weights.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.06174
  set rmargin at screen 0.46885
  set bmargin at screen 0.15244
  set tmargin at screen 0.88415
  set border 15 linewidth 0.5
  set xrange [1:184]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('50' 50, '100' 100, '150' 150)
  set yrange [-0.06298914224249133:4.798549645704714]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4)
  set label 'step' at screen 0.26529,0.03659 center noenhanced front
  set label 'weight w_SFT' at screen 0.0202,0.51829 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.31703,0.94817 to screen 0.36248,0.94817 nohead linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6)
  set label 'srft-released' at screen 0.37259,0.94817 left font ',8' noenhanced front
  set arrow from screen 0.51515,0.94817 to screen 0.56061,0.94817 nohead linewidth 1 linecolor rgb '#56b4e9' dashtype solid
  set label 'srft' at screen 0.57071,0.94817 left font ',8' noenhanced front
  plot 'training-weights.tsv' index 0 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-weights.tsv' index 1 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#56b4e9' notitle, \
    'training-weights.tsv' index 2 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-weights.tsv' index 3 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-weights.tsv' index 4 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-weights.tsv' index 5 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-weights.tsv' index 6 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-weights.tsv' index 7 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-weights.tsv' index 8 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle, \
    'training-weights.tsv' index 9 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.57016
  set rmargin at screen 0.97727
  set bmargin at screen 0.15244
  set tmargin at screen 0.88415
  set border 15 linewidth 0.5
  set xrange [1:184]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('50' 50, '100' 100, '150' 150)
  set yrange [0.07649302172225658:0.7318306299595907]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.2' 0.2, '0.4' 0.4, '0.6' 0.6)
  set label 'step' at screen 0.77372,0.03659 center noenhanced front
  set label 'weight w_RL' at screen 0.51178,0.51829 center rotate by 90 noenhanced front
  unset colorbox
  plot 'training-weights.tsv' index 10 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-weights.tsv' index 11 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-weights.tsv' index 12 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-weights.tsv' index 13 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#56b4e9' notitle, \
    'training-weights.tsv' index 14 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#56b4e9' notitle, \
    'training-weights.tsv' index 15 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-weights.tsv' index 16 using 1:2 with points pointtype 9 pointsize 0.35 linewidth 0.7 linecolor rgb '#a6ddce' notitle, \
    'training-weights.tsv' index 17 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-weights.tsv' index 18 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-weights.tsv' index 19 using 1:2 with points pointtype 9 pointsize 0.35 linewidth 0.7 linecolor rgb '#a6ddce' notitle, \
    'training-weights.tsv' index 20 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-weights.tsv' index 21 using 1:2 with points pointtype 9 pointsize 0.35 linewidth 0.7 linecolor rgb '#c4e5f7' notitle, \
    'training-weights.tsv' index 22 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-weights.tsv' index 23 using 1:2 with points pointtype 9 pointsize 0.35 linewidth 0.7 linecolor rgb '#c4e5f7' notitle, \
    'training-weights.tsv' index 24 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-weights.tsv' index 25 using 1:2 with points pointtype 9 pointsize 0.35 linewidth 0.7 linecolor rgb '#c4e5f7' notitle, \
    'training-weights.tsv' index 26 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle, \
    'training-weights.tsv' index 27 using 1:2 with points pointtype 9 pointsize 0.35 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'training-weights.tsv' index 28 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle

  unset multiplot
  set output
}
